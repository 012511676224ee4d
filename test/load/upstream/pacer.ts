/**
 * A timer wheel for paced streams: a ring of one-millisecond slots, as long as the interval. A member stays in the slot
 * it joined and is called each time the wheel comes round, so that any number of streams cost one timer.
 */
export interface Pacer {
  /** `onTurn` is called once per interval, first one interval from now, until it answers false. */
  join(nowMs: number, onTurn: () => boolean): void;
  /**
   * Serves slots that fell due up to `nowMs`, at most `slotsPerTurn` of them: after a stall the rest stays due for the next
   * turns, so that a busy wheel lags behind instead of keeping everything else waiting.
   */
  advance(nowMs: number): void;
  /** Members on the wheel; the caller stops its timer at 0. */
  size(): number;
}

/** Slots served in one turn: enough to catch up, few enough for new requests to be seen in between. */
const SLOTS_PER_TURN = 4;

/** `intervalMs` is a whole number of milliseconds; times are of any clock that does not step back. */
export function createPacer(intervalMs: number, slotsPerTurn = SLOTS_PER_TURN): Pacer {
  const slots: Array<Array<() => boolean>> = Array.from({ length: intervalMs }, () => []);
  let servedMs = 0;
  let members = 0;

  function serve(tick: number): void {
    const due = slots[tick % intervalMs] ?? [];
    const kept = due.filter((onTurn) => onTurn());
    members -= due.length - kept.length;
    slots[tick % intervalMs] = kept;
  }

  return {
    join(nowMs, onTurn) {
      if (members === 0) servedMs = Math.floor(nowMs);
      members += 1;
      slots[servedMs % intervalMs]?.push(onTurn);
    },
    advance(nowMs) {
      const until = Math.min(Math.floor(nowMs), servedMs + slotsPerTurn);
      while (servedMs < until) {
        servedMs += 1;
        serve(servedMs);
      }
    },
    size: () => members,
  };
}
