import type { GrantItem } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { createHolding } from './holding.ts';
import { grantOf } from './quota-book-fixture.ts';

const NOTHING = { first: 0, all: 0 };
/** A window of a minute that began when the clock did. */
const minute = (slot: number, granted: number, more: Partial<GrantItem> = {}) =>
  grantOf('q', granted, { slot, usableForMs: 60_000, nextSlotInMs: 60_000, resetInMs: 60_000, ...more });

test('tells what was granted, reserved and spent; what was reserved and not spent is free again', () => {
  const holding = createHolding('q');
  holding.apply(grantOf('q', 10), 0);
  const slot = holding.reserve(6, 1);
  expect(holding.available(1)).toBe(4);
  expect(holding.report(1, NOTHING).slots).toMatchObject([{ granted: 10, reserved: 6, spent: 0, returned: 0 }]);
  holding.settle(slot, 6, 2);
  expect(holding.available(2)).toBe(8);
  expect(holding.report(2, NOTHING).slots).toMatchObject([{ granted: 10, reserved: 0, spent: 2, over: false }]);
});

test('what it said is told again once it may not have been heard, until it was', () => {
  const holding = createHolding('q');
  holding.apply(grantOf('q', 10), 0);
  holding.settle(holding.reserve(6, 1), 6, 2);
  expect(holding.isDue(2)).toBe(true);
  holding.report(2, NOTHING);
  expect(holding.isDue(2)).toBe(false);
  holding.untold();
  expect(holding.isDue(3)).toBe(true);
});

test('what is not used for ten seconds is given back', () => {
  const holding = createHolding('q');
  holding.apply(grantOf('q', 10), 0);
  holding.settle(holding.reserve(6, 0), 6, 2);
  holding.tick(9_900, 250);
  expect(holding.available(9_900)).toBeGreaterThan(0);
  holding.tick(10_250, 250);
  expect(holding.available(10_250)).toBe(0);
  expect(holding.report(10_250, NOTHING).slots).toMatchObject([{ granted: 10, spent: 2, returned: 8 }]);
});

describe('when a window turns', () => {
  test('a slot may be spent from until its end, and its last report says what was spent once nothing is under way', () => {
    const holding = createHolding('q');
    holding.apply(minute(0, 10), 0);
    const slot = holding.reserve(6, 59_999);
    expect(holding.available(60_000)).toBe(0);
    holding.tick(60_000, 250);
    expect(holding.report(60_000, NOTHING).slots).toMatchObject([{ slot: 0, returned: 4, reserved: 6, over: false }]);
    holding.settle(slot, 6, 5);
    expect(holding.report(61_000, NOTHING).slots).toMatchObject([{ slot: 0, spent: 5, returned: 5, over: true }]);
    holding.apply(minute(60_000, 0, { closed: [0] }), 61_000);
    expect(holding.isDue(62_000)).toBe(false);
  });

  test('a slot that was left is not taken up again, should the authority still be in it', () => {
    const holding = createHolding('q');
    holding.apply(minute(0, 10), -300);
    holding.settle(holding.reserve(10, 0), 10, 10);
    holding.tick(59_800, 250);
    holding.report(59_800, { first: 5, all: 5 });
    holding.apply(minute(0, 10, { closed: [0] }), 59_800);
    expect(holding.available(59_900)).toBe(0);
    holding.apply(minute(60_000, 5), 60_010);
    expect(holding.available(60_020)).toBe(5);
  });

  test('it is remembered for a while after all is told, and then forgotten', () => {
    const holding = createHolding('q');
    holding.apply(minute(0, 10), 0);
    holding.tick(60_000, 250);
    holding.report(60_000, NOTHING);
    expect(holding.isForgotten(80_000)).toBe(false);
    holding.apply(minute(60_000, 0, { closed: [0] }), 60_000);
    expect(holding.isForgotten(60_250)).toBe(false);
    expect(holding.isForgotten(80_000)).toBe(true);
  });

  test('slots in which requests still run are told of when they change, and no more of them than a message may hold', () => {
    const holding = createHolding('q');
    for (let slot = 0; slot < 1_500; slot += 1) {
      holding.apply(grantOf('q', 1, { slot, usableForMs: 1, nextSlotInMs: 1 }), slot);
      holding.reserve(1, slot);
    }
    expect(holding.report(1_500, NOTHING).slots).toHaveLength(999);
    expect(holding.report(1_500, NOTHING).slots).toHaveLength(501);
    expect(holding.report(1_500, NOTHING).slots).toEqual([]);
  });
});

describe('a lease of concurrent requests', () => {
  const concurrent = (granted: number) => grantOf('q', granted, { usableForMs: 60_000 });

  test('is renewed before it ends, while it holds something', () => {
    const holding = createHolding('q');
    holding.apply(concurrent(3), 0);
    holding.reserve(1, 10_000);
    expect(holding.isDue(29_000)).toBe(false);
    expect(holding.isDue(30_001)).toBe(true);
    holding.report(30_001, NOTHING);
    holding.apply(concurrent(3), 30_001);
    expect(holding.available(89_000)).toBe(2);
  });

  test('is not, once all of it was given back', () => {
    const holding = createHolding('q');
    holding.apply(concurrent(3), 0);
    holding.tick(11_000, 250);
    holding.report(11_000, NOTHING);
    expect(holding.isDue(50_000)).toBe(false);
  });

  test('that has lapsed keeps what is under way; the rest others may have got', () => {
    const holding = createHolding('q');
    holding.apply(concurrent(3), 0);
    holding.reserve(1, 59_000);
    expect(holding.report(120_000, NOTHING).slots).toMatchObject([{ granted: 3, reserved: 1, returned: 2 }]);
    holding.apply(concurrent(3), 120_000);
    expect(holding.available(120_001)).toBe(0);
  });
});

test('after a recall nothing is asked for ahead, for a second', () => {
  const holding = createHolding('q');
  holding.apply(grantOf('q', 100), 0);
  for (let atMs = 0; atMs < 1_000; atMs += 250) {
    for (let count = 0; count < 20; count += 1) holding.settle(holding.reserve(1, atMs), 1, 1);
    holding.tick(atMs, 250);
  }
  expect(holding.runsLow(1_000)).toBe(true);
  expect(holding.report(1_000, NOTHING).want).toBeGreaterThan(0);
  holding.giveBack(1_100);
  expect(holding.available(1_100)).toBe(0);
  expect(holding.report(1_200, NOTHING).want).toBe(0);
  expect(holding.isThrifty(2_099)).toBe(true);
  expect(holding.isThrifty(2_100)).toBe(false);
});
