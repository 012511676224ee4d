const SLOT_MS = 5_000;
const SLOTS = 12;

/** Counts over the last minute, exact to five seconds: adding costs an addition, and time that passes clears what is older. */
export type SlidingCounts = {
  /** @param nowMs on a clock that never goes back */
  add(amount: number, nowMs: number): void;
  sum(nowMs: number): number;
  clear(): void;
};

export function createSlidingCounts(): SlidingCounts {
  const slots = new Float64Array(SLOTS);
  let current = 0;

  function advance(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    if (slot <= current) return;
    const steps = Math.min(SLOTS, slot - current);
    for (let step = 1; step <= steps; step += 1) slots[(current + step) % SLOTS] = 0;
    current = slot;
  }

  return {
    add(amount, nowMs) {
      advance(nowMs);
      const place = current % SLOTS;
      slots[place] = (slots[place] ?? 0) + amount;
    },
    sum(nowMs) {
      advance(nowMs);
      let total = 0;
      for (let slot = 0; slot < SLOTS; slot += 1) total += slots[slot] ?? 0;
      return total;
    },
    clear: () => void slots.fill(0),
  };
}
