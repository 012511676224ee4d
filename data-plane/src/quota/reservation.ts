import type { NodeQuota, QuotaCharge } from '@tollgate/schema';
import { type Amounts, amountOf, NOTHING, spentOf } from './amounts.ts';
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
  /** Of each quota the first, in the order of the quotas. */
  readonly parts: readonly Part[];
  /**
   * Makes what was reserved later, for a stream that grew or for another attempt, a part of this one; it must be open.
   * @returns whether it is; if this one has ended, it is free again
   */
  absorb(later: Reservation): boolean;
  /** Whether it was not settled yet. */
  isOpen(): boolean;
  /** How much of a quota is reserved; undefined if it is none of those. */
  reservedOf(id: string): number | undefined;
  /** Frees what is reserved beyond `keep`. */
  reduce(keep: (quota: NodeQuota) => number): void;
  /** Ends it: what was spent stays and is told, the rest is free again. Only the first call counts. */
  settle(spent: Amounts): readonly QuotaCharge[];
};

const NO_CHARGES: readonly QuotaCharge[] = Object.freeze([]);

export function createReservation(
  quotas: readonly NodeQuota[],
  amounts: Amounts,
  nowMs: number,
  holdingOf: (quota: NodeQuota) => Holding,
): Reservation {
  const parts: Part[] = [];
  for (const quota of quotas) {
    const holding = holdingOf(quota);
    const reserved = amountOf(amounts, quota);
    parts.push({ quota, holding, slot: holding.reserve(reserved, nowMs), reserved, next: undefined });
  }
  let isSettled = false;

  const firstOf = (id: string): Part | undefined => parts.find(({ quota }) => quota.id === id);

  function join(part: Part): void {
    const first = firstOf(part.quota.id);
    if (first === undefined) parts.push(part);
    else append(first, part);
  }

  return {
    parts,
    absorb(later) {
      if (isSettled) later.settle(NOTHING);
      else for (const part of later.parts) join(part);
      return !isSettled;
    },
    isOpen: () => !isSettled,
    reservedOf(id) {
      const first = firstOf(id);
      return first && sumOf(first);
    },
    reduce(keep) {
      if (!isSettled) for (const first of parts) reduceParts(first, Math.max(0, sumOf(first) - keep(first.quota)));
    },
    settle(spent) {
      if (isSettled) return NO_CHARGES;
      isSettled = true;
      const charges: QuotaCharge[] = [];
      for (const first of parts) settleParts(first, spentOf(spent, first.quota), charges);
      return charges;
    },
  };
}

function append(first: Part, later: Part): void {
  let newest = first;
  while (newest.next !== undefined) newest = newest.next;
  if (newest.slot === later.slot) newest.reserved += later.reserved;
  else newest.next = later;
}

function sumOf(first: Part): number {
  let sum = 0;
  for (let part: Part | undefined = first; part !== undefined; part = part.next) sum += part.reserved;
  return sum;
}

/** Frees so much, of what was reserved last first. */
function reduceParts(part: Part, surplus: number): void {
  if (surplus === 0) return;
  const ofLater = part.next === undefined ? 0 : Math.min(surplus, sumOf(part.next));
  if (part.next !== undefined) reduceParts(part.next, ofLater);
  part.holding.settle(part.slot, surplus - ofLater, 0);
  part.reserved -= surplus - ofLater;
}

/** What was spent is taken of what was reserved first; what is more than all of it, of the last. */
function settleParts(first: Part, spent: number, charges: QuotaCharge[]): void {
  let left = spent;
  for (let part: Part | undefined = first; part !== undefined; part = part.next) {
    const { quota, holding, slot, reserved, next } = part;
    const amount = next === undefined ? left : Math.min(left, reserved);
    left -= amount;
    holding.settle(slot, reserved, amount);
    charges.push({ quota: quota.id, slot: slot.slot, amount });
  }
}
