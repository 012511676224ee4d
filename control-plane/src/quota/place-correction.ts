/** What is settled in a slot of a quota's window; the slots of a window are given oldest first. */
export type SettledSlot = { readonly slot: number; readonly settled: number };

/** What is added to what a slot has settled. */
export type SlotCorrection = { readonly slot: number; readonly amount: number };

/**
 * Says in which slots room is given back or taken. What is given back was spent somewhere: it is taken off the newest slots first, so that
 * it is of use for as long as can be and no slot that leaves the window leaves a gift behind. What goes beyond all that was spent, and what
 * is taken, counts in the current slot. Pure.
 * @param amount positive gives room back, negative takes some
 */
export function placeCorrection(
  amount: number,
  slots: readonly SettledSlot[],
  currentSlot: number,
): readonly SlotCorrection[] {
  if (amount < 0) return [{ slot: currentSlot, amount: -amount }];
  let left = amount;
  const given = new Map<number, number>();
  for (const { slot, settled } of slots.toReversed()) {
    const part = Math.min(left, Math.max(0, settled));
    if (part > 0) given.set(slot, part);
    left -= part;
  }
  if (left > 0) given.set(currentSlot, (given.get(currentSlot) ?? 0) + left);
  return [...given].map(([slot, part]) => ({ slot, amount: -part })).toSorted((one, other) => one.slot - other.slot);
}

/** Makes every slot as if nothing was spent in it. Pure. */
export const placeReset = (slots: readonly SettledSlot[]): readonly SlotCorrection[] =>
  slots.flatMap(({ slot, settled }) => (settled === 0 ? [] : [{ slot, amount: -settled }]));
