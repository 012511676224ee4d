import type { QuotaSumsAnswer } from '@tollgate/schema';
import type { SlotSpan } from './slot-span.ts';

/** What a holder said it spent in a slot; amounts in the quota's unit. */
export type CountedLease = {
  readonly quota: string;
  readonly slot: number;
  readonly holder: string;
  readonly spent: number;
  /** How many records it had made when it said so; null if it does not tell. */
  readonly recorded: number | null;
  readonly state: 'running' | 'ended' | 'settled';
};

/** What a quota has settled in its window that is in no lease, corrections by operators left out. */
export type SettledSum = { readonly quota: string; readonly settled: number };

export type Counted = { readonly leases: readonly CountedLease[]; readonly settled: readonly SettledSum[] };

export type Comparison = {
  readonly quota: string;
  /** What the authority counted more than the records say; below 0 if it counted less. */
  readonly drift: number;
  /** What is to be added to the slot of now, so that both agree. */
  readonly correction: number;
};

/**
 * Compares what the authority counted with what the records say, to the last unit: of a run that goes on, up to the record at which it last told
 * what it spent. A quota is left out as long as its records are not complete: some of a run are on their way, or a run has ended and is not
 * settled, or it was let through without a lease and is not told yet where that counts.
 *
 * In a rolling window too much that was counted is not corrected, since it is not known in which of its slots it lies and would leave room
 * behind when that leaves the window; it goes with it. Pure.
 */
export function compareLedger(
  spans: ReadonlyMap<string, SlotSpan>,
  { leases, settled }: Counted,
  ledger: QuotaSumsAnswer,
): readonly Comparison[] {
  const rows = new Map(ledger.boots.map((boot) => [boot.bootId, boot.rows]));
  const highest = new Map<string, number>();
  for (const { holder, recorded } of leases) highest.set(holder, Math.max(recorded ?? 0, highest.get(holder) ?? 0));
  const isComplete = ({ holder, recorded, state }: CountedLease): boolean =>
    state === 'settled' ||
    (state === 'running' && recorded !== null && (rows.get(holder) ?? 0) === highest.get(holder));
  const byQuota = Map.groupBy(leases, ({ quota }) => quota);
  const sums = new Map(ledger.sums.map((sum) => [sum.quota, sum]));
  const rest = new Map(settled.map((sum) => [sum.quota, sum.settled]));
  return [...spans].flatMap(([quota, { slot, fromSlot }]) => {
    const own = byQuota.get(quota) ?? [];
    const { amount, unplaced } = sums.get(quota) ?? { amount: 0, unplaced: 0 };
    if (unplaced > 0 || !own.every(isComplete)) return [];
    const drift = own.reduce((sum, { spent }) => sum + spent, rest.get(quota) ?? 0) - amount;
    const isRolling = slot !== fromSlot;
    return [{ quota, drift, correction: drift > 0 && isRolling ? 0 : 0 - drift }];
  });
}
