import type { DeclaredQuota } from '@tollgate/schema';

/** What a request was charged of one quota: what it reserved, and once it is over what it spent. */
export type Entry = {
  readonly quota: string;
  readonly holder: string;
  readonly admittedAtMs: number;
  charge: number;
  isUnderWay: boolean;
};

/** What was let through as an onlooker saw it who knows the true time; it knows nothing of leases. */
export type Ledger = {
  /** @throws if this goes beyond the limit in any window */
  admit(quota: DeclaredQuota, holder: string, amount: number, nowMs: number): Entry;
  chargedBy(quota: string, holder: string): number;
  /** All that is charged and will stay so. */
  entries(): readonly Entry[];
};

const MINUTE_MS = 60_000;

/** Whether more than its limit may be let through. */
export const isLenient = ({ mode, onOutage }: DeclaredQuota): boolean => mode === 'shadow' || onOutage === 'allow';

export function createLedger(): Ledger {
  const entries: Entry[] = [];

  function chargedAt({ id, unit, window }: DeclaredQuota, nowMs: number): number {
    const isCounted = ({ admittedAtMs, isUnderWay }: Entry): boolean => {
      if (unit === 'concurrent') return isUnderWay;
      if (window?.kind === 'rolling') return admittedAtMs > nowMs - window.durationMs;
      if (window?.kind === 'calendar') return Math.floor(admittedAtMs / MINUTE_MS) === Math.floor(nowMs / MINUTE_MS);
      return true;
    };
    return entries
      .filter(({ quota }) => quota === id)
      .reduce((total, entry) => total + (isCounted(entry) ? entry.charge : 0), 0);
  }

  return {
    admit(quota, holder, amount, nowMs) {
      const entry = { quota: quota.id, holder, admittedAtMs: nowMs, charge: amount, isUnderWay: true };
      entries.push(entry);
      const charged = chargedAt(quota, nowMs);
      if (charged > quota.limit && !isLenient(quota))
        throw new Error(`${quota.id}: ${charged} were let through at ${nowMs}, of ${quota.limit}`);
      return entry;
    },
    chargedBy: (id, by) =>
      entries
        .filter(({ quota, holder }) => quota === id && holder === by)
        .reduce((total, { charge }) => total + charge, 0),
    entries: () => entries,
  };
}
