import { type LeaseItem, type LeaseMessage, quotaId, type SlotReport } from '@tollgate/schema';
import { sql } from 'kysely';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createDatabase } from '../database/database.ts';
import { startNotificationListener } from '../fleet/notification-listener.ts';
import { createTestChangeSets, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';
import { createCalendar } from './calendar.ts';
import { createPostgresLeaseStore, RECALL_CHANNEL } from './postgres-lease-store.ts';
import { createQuotaAuthority } from './quota-authority.ts';
import { createQuotaCatalogue } from './quota-catalogue.ts';

type RateLimit = { readonly limit: string; readonly window?: string; readonly increase?: object };

const idOf = (team = 'a') => quotaId('team', team, { unit: 'requests', window: 'lifetime' });
const ask = (need: number, slots: readonly SlotReport[] = [], quota = idOf()): LeaseItem => ({
  quota,
  slots: [...slots],
  need,
  waiting: need,
  want: need,
});
const report = (more: Partial<SlotReport>): SlotReport => ({
  slot: 0,
  granted: 0,
  returned: 0,
  spent: 0,
  reserved: 0,
  refused: 0,
  over: false,
  ...more,
});
const message = (holder: string, seq: number, ...items: LeaseItem[]): LeaseMessage => ({
  type: 'lease',
  holder,
  seq,
  items,
});

/** One replica: its own connections, its own memory of what is declared. */
function startReplica({ url }: TestDatabase) {
  const db = createDatabase(url);
  onTestFinished(() => db.destroy());
  const catalogue = createQuotaCatalogue(db);
  return { catalogue, ...createQuotaAuthority({ store: createPostgresLeaseStore(db, createCalendar()), catalogue }) };
}

async function start(rateLimit: RateLimit = { limit: '10 requests', window: 'lifetime' }) {
  const database = await createTestDatabase();
  const changeSets = createTestChangeSets(database.db);
  const one = startReplica(database);
  const other = startReplica(database);
  const commit = async (...changes: Parameters<typeof put>[]) => {
    await changeSets.commit({ changes: changes.map((change) => put(...change)) }, TEST_ORIGIN);
    for (const { catalogue } of [one, other]) catalogue.forget();
  };
  const declare = (limit: RateLimit | undefined) => commit(['team', 'a', { rateLimits: limit && [limit] }]);
  await declare(rateLimit);
  /** @returns the only item of the answer */
  const lease = async (holder: string, seq: number, item: LeaseItem, from = one) =>
    (await from.lease(`node of ${holder}`, message(holder, seq, item)))?.items[0];
  return { database, one, other, commit, declare, lease };
}

describe('grants', () => {
  test('what is left, and says when it is less than what is needed', async () => {
    const { lease } = await start();
    expect(await lease('h', 1, ask(7))).toMatchObject({ granted: 7, held: 7, limit: 10, slot: 0, usableForMs: null });
    const refused = await lease('g', 1, ask(4));
    expect(refused).toMatchObject({ granted: 0, held: 7, short: 'recalling' });
    await lease('h', 2, ask(0, [report({ granted: 7, reserved: 7 })]));
    expect(await lease('g', 2, ask(4))).toMatchObject({ granted: 0, short: 'exhausted' });
    expect(await lease('g', 3, ask(3))).toMatchObject({ granted: 3, held: 10 });
  });

  test('what was given back or settled for less', async () => {
    const { lease } = await start();
    await lease('h', 1, ask(10));
    expect(await lease('g', 1, ask(6))).toMatchObject({ granted: 0 });
    await lease('h', 2, ask(0, [report({ granted: 10, spent: 4, returned: 6 })]));
    expect(await lease('g', 2, ask(6))).toMatchObject({ granted: 6, held: 10 });
  });

  test('nothing again that was granted before and was not heard of', async () => {
    const { lease } = await start();
    await lease('h', 1, ask(7));
    expect(await lease('h', 2, ask(7))).toMatchObject({ granted: 7, held: 7 });
    expect(await lease('h', 3, ask(8))).toMatchObject({ granted: 8, held: 8 });
  });

  test('never more than the limit, though two replicas grant at once', async () => {
    const { one, other } = await start({ limit: '100 requests', window: 'lifetime' });
    const granted = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const answer = await (index % 2 ? one : other).lease('n', message(`h${index}`, 1, ask(4)));
        return answer?.items[0]?.granted ?? 0;
      }),
    );
    expect(granted.reduce((sum, amount) => sum + amount, 0)).toBe(100);
    expect(granted.filter((amount) => amount > 0)).toHaveLength(25);
  });

  test('of a quota that stands in a message twice as of one', async () => {
    const { one } = await start();
    const answer = await one.lease('n', message('h', 1, ask(8), ask(8)));
    expect(answer?.items).toMatchObject([{ granted: 8, held: 8 }]);
  });
});

describe('reports', () => {
  test('that are older than one that was taken are passed over', async () => {
    const { lease } = await start();
    await lease('h', 2, ask(5));
    await lease('h', 4, ask(0, [report({ granted: 5, spent: 5 })]));
    for (const seq of [4, 3, 1]) expect(await lease('h', seq, ask(1, [report({ granted: 5 })]))).toBeUndefined();
    expect(await lease('g', 1, ask(6))).toMatchObject({ granted: 0, held: 5, short: 'exhausted' });
  });

  test('after the last word on a slot change nothing, and nothing is granted in it any more', async () => {
    const { lease, database } = await start();
    await lease('h', 1, ask(5));
    // It never heard of 2 of them, which are free again.
    const closed = await lease('h', 2, ask(0, [report({ granted: 3, spent: 3, over: true })]));
    expect(closed?.closed).toEqual([0]);
    expect(await lease('h', 3, ask(1, [report({ granted: 5, spent: 1 })]))).toMatchObject({ granted: 0, held: 3 });
    const { rows } = await sql`select granted, spent, closed from quota_lease`.execute(database.db);
    expect(rows).toEqual([{ granted: 5, spent: 3, closed: true }]);
    expect(await lease('g', 1, ask(7))).toMatchObject({ granted: 7, held: 10 });
  });

  test('of more than was granted count as what they are', async () => {
    const { lease } = await start();
    await lease('h', 1, ask(5));
    await lease('h', 2, ask(0, [report({ granted: 5, spent: 4, reserved: 5 })]));
    expect(await lease('g', 1, ask(2))).toMatchObject({ granted: 0, held: 9 });
  });
});

describe('the limit', () => {
  test('may be raised, and lowered below what is held', async () => {
    const { lease, declare } = await start();
    await lease('h', 1, ask(10));
    await lease('h', 2, ask(0, [report({ granted: 10, spent: 10 })]));
    await declare({ limit: '12 requests', window: 'lifetime' });
    expect(await lease('g', 1, ask(2))).toMatchObject({ granted: 2, limit: 12, held: 12 });
    await declare({ limit: '5 requests', window: 'lifetime' });
    expect(await lease('g', 2, ask(1, [report({ granted: 2, spent: 2 })]))).toMatchObject({
      granted: 2,
      limit: 5,
      held: 12,
      short: 'exhausted',
    });
  });

  test('is more until a temporary increase ends', async () => {
    const until = (ms: number) => new Date(Date.now() + ms).toISOString();
    const limit = { limit: '10 requests', window: 'lifetime' };
    const { lease, declare } = await start({ ...limit, increase: { by: '5 requests', until: until(600_000) } });
    expect(await lease('h', 1, ask(15))).toMatchObject({ granted: 15, limit: 15 });
    await declare({ ...limit, increase: { by: '5 requests', until: until(-1_000) } });
    expect(await lease('g', 1, ask(1))).toMatchObject({ granted: 0, limit: 10 });
  });

  test('that no entity declares any more is gone', async () => {
    const { one, declare } = await start();
    await declare(undefined);
    const answer = await one.lease('n', message('h', 1, ask(1), ask(1, [], 'no quota’s name')));
    expect(answer).toMatchObject({ items: [], gone: [idOf(), 'no quota’s name'] });
  });
});

describe('idle leases of others', () => {
  test('are recalled through all replicas once somebody needs them', async () => {
    const { database, lease, other } = await start();
    const heard: string[] = [];
    const listener = startNotificationListener({
      databaseUrl: database.url,
      logger: pino({ level: 'silent' }),
      channels: { [RECALL_CHANNEL]: (payload) => heard.push(...(JSON.parse(payload) as string[])) },
      onCatchUp() {},
    });
    onTestFinished(() => listener.stop());
    await vi.waitFor(async () => {
      await sql`select pg_notify(${RECALL_CHANNEL}, '["ready"]')`.execute(database.db);
      expect(heard).toContain('ready');
    });
    await lease('h', 1, ask(8));
    expect(await lease('g', 1, ask(5), other)).toMatchObject({ short: 'recalling' });
    await vi.waitFor(() => expect(heard).toContain(idOf()));
  });

  test('are not waited for once their holder was not heard of for a while', async () => {
    const { database, lease } = await start();
    await lease('h', 1, ask(8));
    await sql`update quota_holder set seen_at = now() - interval '1 minute'`.execute(database.db);
    expect(await lease('g', 1, ask(5))).toMatchObject({ granted: 0, held: 8, short: 'exhausted' });
  });
});

test('requests under way of a holder that is not heard of count no more after a minute and a half', async () => {
  const { database, lease } = await start({ limit: '10 concurrent' });
  const quota = quotaId('team', 'a', { unit: 'concurrent' });
  await lease('h', 1, ask(8, [], quota));
  expect(await lease('g', 1, ask(5, [], quota))).toMatchObject({ granted: 0, held: 8 });
  await sql`update quota_lease set seen_at = now() - interval '91 seconds'`.execute(database.db);
  expect(await lease('g', 2, ask(5, [], quota))).toMatchObject({ granted: 5, held: 5 });
});

test('a rolling window grants in one slot after the other, and all of them count', async () => {
  const { database, lease } = await start({ limit: '10 requests', window: '1h' });
  const quota = quotaId('team', 'a', { unit: 'requests', window: '1h' });
  const first = await lease('h', 1, ask(6, [], quota));
  await sql`update quota_lease set slot = slot - 1800000`.execute(database.db);
  const slot = (first?.slot ?? 0) - 1_800_000;
  const second = await lease('g', 1, ask(5, [], quota));
  expect(second).toMatchObject({ granted: 0, held: 6 });
  // The hour of the older slot ends in half an hour, give or take its steps.
  expect(second?.resetInMs).toBeGreaterThan(1_700_000);
  expect(second?.resetInMs).toBeLessThan(1_900_000);
  await sql`update quota_lease set slot = ${slot}::bigint - 2000000`.execute(database.db);
  expect(await lease('g', 2, ask(5, [], quota))).toMatchObject({ granted: 5, held: 5 });
});

test('a message of 2,000 quotas is answered whole', async () => {
  const { one, commit } = await start();
  const teams = Array.from({ length: 2_000 }, (_, index) => `t${index}`);
  const rateLimits = [{ limit: '100 requests', window: 'lifetime' }];
  await commit(...teams.map((team): Parameters<typeof put> => ['team', team, { rateLimits }]));
  const items = teams.map((team) => ask(2, [], idOf(team)));
  for (const [seq, name] of [
    [1, 'first'],
    [2, 'second'],
  ] as const) {
    const startedAt = performance.now();
    const answer = await one.lease('n', message('h', seq, ...items));
    console.log(`the ${name} message of 2,000 quotas took ${Math.round(performance.now() - startedAt)} ms`);
    expect(answer?.items).toHaveLength(2_000);
    for (const item of answer?.items ?? []) expect(item).toMatchObject({ granted: 2, held: 2 });
  }
});

test('among very many leases those of a message are found by their primary key', async () => {
  const { database, lease } = await start();
  await lease('h', 1, ask(1));
  await sql`
    insert into quota_lease (quota_id, slot, holder, granted, returned, spent, reserved, refused, closed, seen_at)
    select 'team:' || id || '#requests/lifetime', 0, 'h', 1, 0, 0, 0, 0, false, now()
    from generate_series(1, 100000) as id`.execute(database.db);
  await sql`vacuum analyze quota_lease`.execute(database.db);
  const scans = async () => {
    const { rows } = await sql<{ all: number; byKey: number }>`
      select seq_scan as all, (select idx_scan from pg_stat_user_indexes where indexrelname = 'quota_lease_pkey') as "byKey"
      from pg_stat_user_tables where relname = 'quota_lease'`.execute(database.db);
    return rows[0] ?? { all: 0, byKey: 0 };
  };
  const before = await scans();
  const db = createDatabase(database.url);
  const replica = createQuotaAuthority({
    store: createPostgresLeaseStore(db, createCalendar()),
    catalogue: createQuotaCatalogue(db),
  });
  await replica.lease('n', message('h', 2, ask(1)));
  // A connection that ends leaves its counts behind.
  await db.destroy();
  await vi.waitFor(async () => expect((await scans()).byKey).toBeGreaterThan(before.byKey));
  expect((await scans()).all).toBe(before.all);
});
