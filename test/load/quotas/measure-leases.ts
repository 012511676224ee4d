import { createCalendar, createPostgresLeaseStore, createQuotaAuthority, type Database } from '@tollgate/control-plane';
import { type DeclaredQuota, declaredQuotas, type LeaseItem, type LeaseMessage } from '@tollgate/schema';
import { createSamples, type Percentiles } from '../measure/samples.ts';

export type LeaseFigures = {
  readonly name: string;
  readonly messagesPerSecond: number;
  readonly grantsPerSecond: number;
  /** Of one message, from its sending to the commit. */
  readonly ms: Percentiles;
};

type Case = {
  readonly name: string;
  /** Holders that ask at the same time, each one question at a time. */
  readonly holders: number;
  readonly items: number;
  /** Whether all holders ask of the same quotas. */
  readonly isShared: boolean;
  readonly window: string;
};

const CASES: readonly Case[] = [
  { name: '1 holder, 1 item', holders: 1, items: 1, isShared: false, window: 'lifetime' },
  { name: '1 holder, 100 items', holders: 1, items: 100, isShared: false, window: 'lifetime' },
  { name: '1 holder, 2,000 items', holders: 1, items: 2_000, isShared: false, window: 'lifetime' },
  { name: '8 holders, 1 item, each its own quota', holders: 8, items: 1, isShared: false, window: 'lifetime' },
  { name: '8 holders, 4 items, all the same quotas', holders: 8, items: 4, isShared: true, window: 'lifetime' },
  {
    name: '8 holders, 4 items, all the same quotas of a rolling minute',
    holders: 8,
    items: 4,
    isShared: true,
    window: '60s',
  },
];

const LIMIT = '9000000000 requests';

/** Each answer grants something of each item, and the next question says that it was spent. */
export async function* measureLeases(db: Database, durationMs: number): AsyncGenerator<LeaseFigures> {
  const declared = new Map<string, DeclaredQuota>();
  const authority = createQuotaAuthority({
    store: createPostgresLeaseStore(db, createCalendar()),
    catalogue: { find: async (ids) => new Map(ids.flatMap((id) => entryOf(declared, id))) },
  });
  for (const [index, { name, holders, items, isShared, window }] of CASES.entries()) {
    const samples = createSamples();
    let grants = 0;
    const startedAt = performance.now();
    const untilMs = startedAt + durationMs;
    const runs = Array.from({ length: holders }, async (_, holder) => {
      const quotas = declare(declared, `${index}-${isShared ? 'all' : holder}`, items, window);
      let question = quotas.map((quota): LeaseItem => ({ quota, slots: [], need: 1, waiting: 1, want: 1 }));
      for (let seq = 1; performance.now() < untilMs; seq += 1) {
        const askedAt = performance.now();
        const message: LeaseMessage = { type: 'lease', holder: `${index}-${holder}`, seq, items: question };
        const answer = await authority.lease('bench', message);
        samples.add(performance.now() - askedAt);
        grants += answer?.items.length ?? 0;
        question = (answer?.items ?? []).map(({ quota, slot, granted }) => ({
          quota,
          slots: [{ slot, granted, returned: 0, spent: granted, reserved: 0, refused: 0, over: false }],
          need: 1,
          waiting: 1,
          want: 1,
        }));
      }
    });
    await Promise.all(runs);
    const seconds = (performance.now() - startedAt) / 1_000;
    const ms = samples.percentiles();
    yield { name, messagesPerSecond: ms.count / seconds, grantsPerSecond: grants / seconds, ms };
  }
}

function declare(declared: Map<string, DeclaredQuota>, prefix: string, count: number, window: string): string[] {
  const quotas = Array.from({ length: count }, (_, index) =>
    declaredQuotas('team', `${prefix}-${index}`, { rateLimits: [{ limit: LIMIT, window }] }),
  ).flat();
  for (const quota of quotas) declared.set(quota.id, quota);
  return quotas.map(({ id }) => id);
}

function entryOf(declared: ReadonlyMap<string, DeclaredQuota>, id: string): [string, DeclaredQuota][] {
  const quota = declared.get(id);
  return quota === undefined ? [] : [[id, quota]];
}
