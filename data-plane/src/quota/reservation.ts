import type { NodeQuota, QuotaCharge } from '@tollgate/schema';
import { type Amounts, spentOf } from './amounts.ts';
import type { Holding, Slot } from './holding.ts';

type Part = { readonly quota: NodeQuota; readonly holding: Holding; readonly slot: Slot; reserved: number };

/** What a request has reserved of all quotas that count it. */
export type Reservation = {
  /**
   * Reserves so much more for what a stream turns out to be.
   * @returns the quota with `hardStop` that has no more, if any; else what is missing is owed
   */
  grow(more: Amounts, nowMs: number): NodeQuota | undefined;
  /** Ends it: what was spent stays, the rest is free again. Only the first call counts. */
  settle(spent: Amounts): readonly QuotaCharge[];
};

export const NO_RESERVATION: Reservation = Object.freeze({ grow: () => undefined, settle: () => [] });

export function createReservation(
  quotas: readonly NodeQuota[],
  amounts: Amounts,
  nowMs: number,
  holdingOf: (quota: NodeQuota) => Holding,
): Reservation {
  /** For each quota one for each slot in which something is reserved, the newest last. */
  const parts = quotas.map((quota): [Part, ...Part[]] => [take(quota, amounts[quota.unit] ?? 0, nowMs)]);
  let isSettled = false;

  function take(quota: NodeQuota, reserved: number, atMs: number): Part {
    const holding = holdingOf(quota);
    return { quota, holding, slot: holding.reserve(reserved, atMs), reserved };
  }

  return {
    grow(more, atMs) {
      if (isSettled) return undefined;
      let stopped: NodeQuota | undefined;
      for (const ofQuota of parts) {
        const [{ quota, holding }] = ofQuota;
        const amount = spentOf(more, quota.unit);
        if (amount <= 0) continue;
        if (quota.hardStop && holding.available(atMs) < amount) stopped ??= quota;
        const grown = take(quota, amount, atMs);
        const newest = ofQuota.at(-1);
        if (newest?.slot === grown.slot) newest.reserved += amount;
        else ofQuota.push(grown);
      }
      return stopped;
    },
    settle(spent) {
      if (isSettled) return [];
      isSettled = true;
      return parts.flatMap((ofQuota) => settleParts(ofQuota, spentOf(spent, ofQuota[0].quota.unit)));
    },
  };
}

/** What was spent is taken of what was reserved first; what is more than all of it, of the last. */
function settleParts(parts: readonly Part[], spent: number): readonly QuotaCharge[] {
  let left = spent;
  return parts.map(({ quota, holding, slot, reserved }, index) => {
    const amount = index === parts.length - 1 ? left : Math.min(left, reserved);
    left -= amount;
    holding.settle(slot, reserved, amount);
    return { quota: quota.id, slot: Number.isNaN(slot.slot) ? null : slot.slot, amount };
  });
}
