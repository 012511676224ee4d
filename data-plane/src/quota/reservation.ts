import type { NodeQuota, QuotaCharge } from '@tollgate/schema';
import { type Amounts, spentOf } from './amounts.ts';
import type { Holding, Slot } from './holding.ts';

/** What is reserved in one slot of a quota; `next` if the reservation grew into a later slot. */
type Part = {
  readonly quota: NodeQuota;
  readonly holding: Holding;
  readonly slot: Slot;
  reserved: number;
  next: Part | undefined;
};

/** What a request has reserved of all quotas that count it. */
export type Reservation = {
  /**
   * Reserves so much more for what a stream turns out to be.
   * @returns the quota with `hardStop` that has no more, if any; else what is missing is owed
   */
  grow(more: Amounts, nowMs: number): NodeQuota | undefined;
  /** Ends it: what was spent stays and is told, the rest is free again. Only the first call counts. */
  settle(spent: Amounts): readonly QuotaCharge[];
};

const NO_CHARGES: readonly QuotaCharge[] = Object.freeze([]);

export const NO_RESERVATION: Reservation = Object.freeze({ grow: () => undefined, settle: () => NO_CHARGES });

export function createReservation(
  quotas: readonly NodeQuota[],
  amounts: Amounts,
  nowMs: number,
  holdingOf: (quota: NodeQuota) => Holding,
): Reservation {
  /** The first of each quota. */
  const parts: Part[] = [];
  for (const quota of quotas) parts.push(take(quota, holdingOf(quota), amounts[quota.unit] ?? 0, nowMs));
  let isSettled = false;

  return {
    grow(more, atMs) {
      if (isSettled) return undefined;
      let stopped: NodeQuota | undefined;
      for (const first of parts) {
        const { quota, holding } = first;
        const amount = spentOf(more, quota.unit);
        if (amount <= 0) continue;
        if (quota.hardStop && holding.available(atMs) < amount) stopped ??= quota;
        append(first, take(quota, holding, amount, atMs));
      }
      return stopped;
    },
    settle(spent) {
      if (isSettled) return NO_CHARGES;
      isSettled = true;
      const charges: QuotaCharge[] = [];
      for (const first of parts) settleParts(first, spentOf(spent, first.quota.unit), charges);
      return charges;
    },
  };
}

function take(quota: NodeQuota, holding: Holding, reserved: number, atMs: number): Part {
  return { quota, holding, slot: holding.reserve(reserved, atMs), reserved, next: undefined };
}

function append(first: Part, grown: Part): void {
  let newest = first;
  while (newest.next !== undefined) newest = newest.next;
  if (newest.slot === grown.slot) newest.reserved += grown.reserved;
  else newest.next = grown;
}

/** What was spent is taken of what was reserved first; what is more than all of it, of the last. */
function settleParts(first: Part, spent: number, charges: QuotaCharge[]): void {
  let left = spent;
  for (let part: Part | undefined = first; part !== undefined; part = part.next) {
    const { quota, holding, slot, reserved, next } = part;
    const amount = next === undefined ? left : Math.min(left, reserved);
    left -= amount;
    holding.settle(slot, reserved, amount);
    if (amount > 0) charges.push({ quota: quota.id, slot: Number.isNaN(slot.slot) ? null : slot.slot, amount });
  }
}
