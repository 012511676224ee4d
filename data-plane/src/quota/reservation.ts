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
  /** Ends it: what was spent stays, and is answered where it is anything; the rest is free again. Only the first call counts. */
  settle(spent: Amounts): readonly QuotaCharge[];
};

export const NO_RESERVATION: Reservation = Object.freeze({ grow: () => undefined, settle: () => [] });

export function createReservation(
  quotas: readonly NodeQuota[],
  amounts: Amounts,
  nowMs: number,
  holdingOf: (quota: NodeQuota) => Holding,
): Reservation {
  const parts: Part[] = [];
  for (const quota of quotas) {
    const holding = holdingOf(quota);
    const reserved = amounts[quota.unit] ?? 0;
    parts.push({ quota, holding, slot: holding.reserve(reserved, nowMs), reserved });
  }
  let isSettled = false;

  return {
    grow(more, atMs) {
      if (isSettled) return undefined;
      let stopped: NodeQuota | undefined;
      for (const part of parts) {
        const amount = spentOf(more, part.quota.unit);
        if (amount <= 0) continue;
        if (part.quota.hardStop && part.holding.available(atMs) < amount) stopped ??= part.quota;
        part.holding.grow(part.slot, amount);
        part.reserved += amount;
      }
      return stopped;
    },
    settle(spent) {
      if (isSettled) return [];
      isSettled = true;
      return parts.flatMap(({ quota, holding, slot, reserved }) => {
        const amount = spentOf(spent, quota.unit);
        holding.settle(slot, reserved, amount);
        return amount === 0 ? [] : [{ quota: quota.id, slot: Number.isNaN(slot.slot) ? null : slot.slot, amount }];
      });
    },
  };
}
