import type { HolderTally, LeaseStore, LeaseTransaction } from '@tollgate/control-plane';
import type { SlotReport } from '@tollgate/schema';

export type Lease = Omit<SlotReport, 'over'> & {
  readonly quota: string;
  readonly holder: string;
  readonly closed: boolean;
  readonly seenAtMs: number;
};

type Content = {
  readonly leases: Map<string, Lease>;
  readonly holders: Map<string, { seq: number; seenAtMs: number }>;
};

export type MemoryLeaseStore = LeaseStore & { leases(): readonly Lease[] };

const COUNTS_AS_CONCURRENT_MS = 90_000;
const HEARD_OF_MS = 15_000;
const DAY_MS = 86_400_000;
const PERIODS_MS = { minute: 60_000, hour: 3_600_000, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS };
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** What Postgres does for the authority, for one transaction at a time: the same promises in little. */
export function createMemoryLeaseStore(nowMs: () => number): MemoryLeaseStore {
  let content: Content = { leases: new Map(), holders: new Map() };

  return {
    leases: () => [...content.leases.values()],
    async transaction(run) {
      const draft = { leases: new Map(content.leases), holders: new Map(content.holders) };
      const result = await run(transactionOn(draft, nowMs()));
      content = draft;
      return result;
    },
  };
}

const keyOf = (quota: string, slot: number, holder: string): string => [quota, slot, holder].join('\n');
const NOTHING = { granted: 0, returned: 0, spent: 0, reserved: 0, refused: 0, closed: false };

function transactionOn({ leases, holders }: Content, nowMs: number): LeaseTransaction {
  return {
    async takeMessage({ holder, seq }) {
      if ((holders.get(holder)?.seq ?? 0) >= seq) return false;
      holders.set(holder, { seq, seenAtMs: nowMs });
      return true;
    },
    lock: async () => nowMs,
    async periodAt(unit, _, atMs) {
      const startMs = Math.floor(atMs / PERIODS_MS[unit]) * PERIODS_MS[unit];
      return { startMs, endMs: startMs + PERIODS_MS[unit] };
    },
    async writeReports(holder, items) {
      for (const { quota, slots } of items) {
        for (const { over, ...report } of slots) {
          const key = keyOf(quota, report.slot, holder);
          const known = leases.get(key);
          if (known?.closed) continue;
          const granted = known?.granted ?? report.granted;
          leases.set(key, { ...report, quota, holder, granted, closed: over, seenAtMs: nowMs });
        }
      }
    },
    async writeGrants(holder, grants) {
      for (const { quota_id: quota, slot, amount } of grants) {
        const key = keyOf(quota, slot, holder);
        const known = leases.get(key) ?? { ...NOTHING, quota, slot, holder };
        leases.set(key, { ...known, granted: known.granted + amount, seenAtMs: nowMs });
      }
    },
    async readTallies(spans, holder) {
      return new Map(spans.map((span) => [span.id, tallyOf(span, holder)]));
    },
    async recall() {},
  };

  function tallyOf(
    { id, slot, fromSlot, isConcurrent }: Parameters<LeaseTransaction['readTallies']>[0][number],
    holder: string,
  ): HolderTally {
    const counted = [...leases.values()].filter(
      (lease) =>
        lease.quota === id &&
        lease.slot >= fromSlot &&
        (!isConcurrent || lease.seenAtMs > nowMs - COUNTS_AS_CONCURRENT_MS),
    );
    const isHeardOf = (other: string) => (holders.get(other)?.seenAtMs ?? 0) > nowMs - HEARD_OF_MS;
    const held = counted.filter((lease) => heldBy(lease) > 0);
    const open = counted.filter(({ closed }) => !closed);
    const own = counted.filter((lease) => lease.holder === holder && lease.slot === slot);
    const elsewhere = open.filter((lease) => lease.holder !== holder && isHeardOf(lease.holder));
    return {
      id,
      held: sum(counted.map(heldBy)),
      settled: sum(counted.map(({ spent }) => spent)),
      refused: sum(counted.map(({ refused }) => refused)),
      holders: new Set(open.map((lease) => lease.holder)).size,
      oldestSlot: held.length === 0 ? null : Math.min(...held.map((lease) => lease.slot)),
      granted: sum(own.map(({ granted }) => granted)),
      isClosed: own.some(({ closed }) => closed),
      idleElsewhere: sum(elsewhere.map(idleOf)),
    };
  }
}

/** What counts of a lease. */
export const heldBy = ({ granted, returned, spent, reserved, closed }: Lease): number =>
  Math.max(closed ? 0 : granted - returned, spent + reserved);
const idleOf = ({ granted, returned, spent, reserved }: Lease): number =>
  Math.max(0, granted - returned - spent - reserved);
