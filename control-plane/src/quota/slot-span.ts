import type { Window } from '@tollgate/schema';

/** A period of the calendar, milliseconds since 1970. */
export type Period = { readonly startMs: number; readonly endMs: number };

/** The slot of a quota in which grants are made at an instant, and which slots count with it. */
export type SlotSpan = {
  readonly slot: number;
  /** The oldest slot that still counts. */
  readonly fromSlot: number;
  /** How long a slot stays in the window after its begin; null is for ever. */
  readonly countsForMs: number | null;
  /** When the next one begins; null is never. */
  readonly nextSlotMs: number | null;
  /** Until when what is granted in it may be spent; null is for ever. */
  readonly usableUntilMs: number | null;
};

/** A rolling window moves on in so many steps, so that what it lets through lies within 1 % of its limit, and never above. */
const STEPS = 240;
const STEP_MS_MIN = 50;

/** Requests under way have no window; a holder that is not heard of for this long may not start more. */
export const CONCURRENT_USABLE_MS = 60_000;

const FOR_EVER: SlotSpan = Object.freeze({
  slot: 0,
  fromSlot: 0,
  countsForMs: null,
  nextSlotMs: null,
  usableUntilMs: null,
});

/**
 * Finds the slot of a window at an instant.
 *
 * A rolling window of W is cut into steps of d. What is granted in a step may be spent until the end of the next one, so that a holder
 * need not wait at each step; so spending may lie up to 2d after its slot's begin, and a slot counts for W + 2d. No W on the clock, wherever it
 * begins, then holds more than the limit.
 * @param period that of the calendar in which `nowMs` lies; for windows of the calendar only
 */
export function slotSpanAt(window: Window | undefined, nowMs: number, period: Period | undefined): SlotSpan {
  if (window === undefined) return { ...FOR_EVER, usableUntilMs: nowMs + CONCURRENT_USABLE_MS };
  switch (window.kind) {
    case 'lifetime':
      return FOR_EVER;
    case 'calendar': {
      if (period === undefined) throw new Error(`the ${window.unit} of ${nowMs} is not known`);
      const { startMs, endMs } = period;
      return {
        slot: startMs,
        fromSlot: startMs,
        countsForMs: endMs - startMs,
        nextSlotMs: endMs,
        usableUntilMs: endMs,
      };
    }
    case 'rolling': {
      const stepMs = Math.max(STEP_MS_MIN, Math.ceil(window.durationMs / STEPS));
      const steps = Math.ceil(window.durationMs / stepMs);
      const slot = Math.floor(nowMs / stepMs) * stepMs;
      return {
        slot,
        fromSlot: slot - (steps + 1) * stepMs,
        countsForMs: (steps + 2) * stepMs,
        nextSlotMs: slot + stepMs,
        usableUntilMs: slot + 2 * stepMs,
      };
    }
    default:
      return window satisfies never;
  }
}
