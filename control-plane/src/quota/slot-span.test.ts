import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slotSpanAt } from './slot-span.ts';

test('a lifetime is one slot that never ends; requests under way are one that has to be renewed', () => {
  expect(slotSpanAt({ kind: 'lifetime' }, 5, undefined)).toEqual({
    slot: 0,
    fromSlot: 0,
    countsForMs: null,
    nextSlotMs: null,
    usableUntilMs: null,
  });
  expect(slotSpanAt(undefined, 5, undefined)).toMatchObject({ slot: 0, nextSlotMs: null, usableUntilMs: 60_005 });
});

test('a window of the calendar is one slot', () => {
  const period = { startMs: 100, endMs: 400 };
  expect(slotSpanAt({ kind: 'calendar', unit: 'day' }, 250, period)).toEqual({
    slot: 100,
    fromSlot: 100,
    countsForMs: 300,
    nextSlotMs: 400,
    usableUntilMs: 400,
  });
  expect(() => slotSpanAt({ kind: 'calendar', unit: 'day' }, 250, undefined)).toThrow('is not known');
});

test('in a rolling window whatever is granted counts until no window holds what may have been spent of it', () => {
  const duration = fc.integer({ min: 1_000, max: 40 * 86_400_000 });
  fc.assert(
    fc.property(duration, fc.nat(2_000_000_000), (durationMs, nowMs) => {
      const window = { kind: 'rolling' as const, durationMs };
      const { slot, fromSlot, countsForMs, nextSlotMs, usableUntilMs } = slotSpanAt(window, nowMs, undefined);
      expect(slot).toBeLessThanOrEqual(nowMs);
      expect(nextSlotMs).toBeGreaterThan(nowMs);
      // Spent at the last moment that it may be, it has left each window of this length once its slot counts no more.
      expect((countsForMs ?? 0) + slot).toBeGreaterThanOrEqual((usableUntilMs ?? 0) + durationMs);
      const after = slotSpanAt(window, slot + (countsForMs ?? 0), undefined);
      expect(after.fromSlot).toBeGreaterThan(slot);
      expect(slotSpanAt(window, slot + (countsForMs ?? 0) - 1, undefined).fromSlot).toBeLessThanOrEqual(slot);
      expect(fromSlot).toBeLessThanOrEqual(nowMs - durationMs);
    }),
  );
});

test('a window of a minute lets through no less than 99 % of its limit', () => {
  const { countsForMs } = slotSpanAt({ kind: 'rolling', durationMs: 60_000 }, 0, undefined);
  expect(60_000 / (countsForMs ?? 0)).toBeGreaterThan(0.99);
});
