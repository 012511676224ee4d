import type { ChargesAnswer, QuotaSumsAnswer, QuotaSumsQuery } from '@tollgate/schema';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestChangeSets, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { createTestHolder, noReport } from '../test-support/test-holder.ts';
import { createCalendar } from './calendar.ts';
import { linkHolders, noteShipped, settleHolder } from './holder-store.ts';
import type { FindSpans } from './place-charges.ts';
import { pruneQuotas } from './prune-quotas.ts';
import { readQuotasByIds } from './read-declared-quotas.ts';
import { readQuotaStates, readSpans } from './read-quota-states.ts';
import { reconcileQuotas } from './reconcile-quotas.ts';
import { createHolderSettler } from './settle-holders.ts';

const REQUESTS = 'team:t#requests/lifetime';
const HOURLY = 'team:t#tokens/1h';
const CONCURRENT = 'team:t#concurrent';
const NOTHING: ChargesAnswer = { rows: 0, lastSeq: 0, charges: [] };

async function setUp() {
  const { db, url } = await createTestDatabase();
  const rateLimits = [
    { limit: '100 requests', window: 'lifetime' },
    { limit: '100 tokens', window: '1h' },
    { limit: '5 concurrent' },
  ];
  await createTestChangeSets(db).commit({ changes: [put('team', 't', { rateLimits })] }, TEST_ORIGIN);
  const calendar = createCalendar();
  const spansAt: FindSpans = (quotas, atMs) => readSpans(db, calendar, quotas, atMs);
  const ledger = new Map<string, ChargesAnswer>();
  const settler = createHolderSettler({
    db,
    spansAt,
    charges: async (holder) => ledger.get(holder) ?? NOTHING,
    onSettled: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  const stateOf = async (id: string) => (await readQuotaStates(db, calendar, await readQuotasByIds(db, [id])))[0];
  const holder = (name: string) => createTestHolder(url, name);
  return { db, spansAt, ledger, settler, stateOf, holder };
}

const spent = (slot: number, granted: number, amount: number) => ({ ...noReport, slot, granted, spent: amount });

test('an ended holder keeps what it was leased until its records are complete, and then has what they say', async () => {
  const { db, ledger, settler, stateOf, holder } = await setUp();
  await linkHolders(db, 'n', ['dead']);
  const dead = holder('dead');
  await dead({ quota: REQUESTS, need: 60, want: 60 });
  await dead({ quota: REQUESTS, slots: [spent(0, 60, 10)] });
  await linkHolders(db, 'n', ['alive']);
  expect(await stateOf(REQUESTS)).toMatchObject({ settled: 10, leased: 50 });
  const charges = [{ quota: REQUESTS, slot: 0, startedAtMs: null, amount: 12 }];
  ledger.set('dead', { rows: 12, lastSeq: 12, charges });
  await settler.run();
  expect(await stateOf(REQUESTS), 'its node has not shipped its records').toMatchObject({ settled: 10, leased: 50 });

  await noteShipped(db, 'n', [{ holder: 'dead', lastSeq: 13 }]);
  await settler.run();
  expect(await stateOf(REQUESTS), 'one record has not arrived').toMatchObject({ leased: 50 });
  ledger.set('dead', { rows: 13, lastSeq: 14, charges });
  await createSettlerOf(db, ledger);
  expect(await stateOf(REQUESTS), 'one in the middle is missing').toMatchObject({ leased: 50 });
  ledger.set('dead', { rows: 14, lastSeq: 14, charges: [{ quota: REQUESTS, slot: 0, startedAtMs: null, amount: 14 }] });
  await createSettlerOf(db, ledger);
  expect(await stateOf(REQUESTS)).toMatchObject({ settled: 14, leased: 0, remaining: 86, holders: 0 });
});

/** One that has asked for nothing before, and so does not wait. */
async function createSettlerOf(
  db: Awaited<ReturnType<typeof setUp>>['db'],
  ledger: ReadonlyMap<string, ChargesAnswer>,
): Promise<void> {
  const calendar = createCalendar();
  await createHolderSettler({
    db,
    spansAt: (quotas, atMs) => readSpans(db, calendar, quotas, atMs),
    charges: async (holder) => ledger.get(holder) ?? NOTHING,
    onSettled: () => {},
    onFailure: () => {},
  }).run();
}

test('what the records say of slots without a lease counts, also without a slot; what has left the window does not', async () => {
  const { db, ledger, settler, stateOf, holder } = await setUp();
  await linkHolders(db, 'n', ['dead']);
  const slot = (await holder('dead')({ quota: HOURLY, need: 50, want: 50 }))?.slot ?? 0;
  await linkHolders(db, 'n', ['alive']);
  await noteShipped(db, 'n', [{ holder: 'dead', lastSeq: 4 }]);
  ledger.set('dead', {
    rows: 4,
    lastSeq: 4,
    charges: [
      { quota: HOURLY, slot, startedAtMs: null, amount: 1 },
      { quota: HOURLY, slot: slot - 15_000, startedAtMs: null, amount: 2 },
      { quota: HOURLY, slot: null, startedAtMs: slot - 60_000, amount: 4 },
      { quota: HOURLY, slot: slot - 8 * 3_600_000, startedAtMs: null, amount: 8 },
      { quota: 'no quota', slot: null, startedAtMs: slot, amount: 16 },
    ],
  });
  await settler.run();
  expect(await stateOf(HOURLY)).toMatchObject({ settled: 7, leased: 0 });
  const left = db
    .selectFrom('quota_lease')
    .select('spent')
    .where('slot', '<', slot - 7 * 3_600_000);
  expect(await left.execute()).toEqual([]);
});

test('what a dead holder had under way is free at once, and what it says later counts no more', async () => {
  const { db, stateOf, holder } = await setUp();
  await linkHolders(db, 'n', ['dead']);
  const dead = holder('dead');
  await dead({ quota: CONCURRENT, need: 5, want: 5 });
  await dead({ quota: CONCURRENT, slots: [{ ...noReport, slot: 0, granted: 5, reserved: 5 }] });
  expect(await stateOf(CONCURRENT)).toMatchObject({ remaining: 0 });
  await linkHolders(db, 'n', ['alive']);
  expect(await stateOf(CONCURRENT)).toMatchObject({ remaining: 5, holders: 0 });
  expect(await dead({ quota: CONCURRENT, need: 1, want: 1 })).toBeUndefined();
  expect(await holder('alive')({ quota: CONCURRENT, need: 5, want: 5 })).toMatchObject({ granted: 5 });
});

test('holders of other nodes go on, and one that made no record is settled with nothing, whatever it told', async () => {
  const { db, settler, stateOf, holder } = await setUp();
  await linkHolders(db, 'other', ['other']);
  await holder('other')({ quota: REQUESTS, need: 3, want: 3 });
  await linkHolders(db, 'n', ['dead']);
  const dead = holder('dead');
  await dead({ quota: REQUESTS, need: 7, want: 7 });
  await dead({ quota: REQUESTS, slots: [spent(0, 7, 2)] });
  await linkHolders(db, 'n', []);
  await noteShipped(db, 'n', []);
  await settler.run();
  expect(await stateOf(REQUESTS)).toMatchObject({ settled: 0, leased: 3, holders: 1 });
});

test('leases of a settled holder become part of their slots and count the same; slots that left the window go', async () => {
  const { db, spansAt, stateOf, holder } = await setUp();
  await linkHolders(db, 'n', ['dead']);
  const dead = holder('dead');
  await dead({ quota: REQUESTS, need: 9, want: 9 });
  await dead({ quota: REQUESTS, slots: [{ ...spent(0, 9, 9), refused: 2 }] });
  await holder('alive')({ quota: REQUESTS, need: 4, want: 4 });
  await linkHolders(db, 'n', ['alive']);
  await settleHolder(db, 'dead', [{ quota: REQUESTS, slot: 0, amount: 9 }]);
  await sql`insert into quota_lease values (${HOURLY}, 15000, 'alive', 1, 0, 1, 0, 0, true, now(), 1)`.execute(db);
  await sql`insert into quota_slot values (${HOURLY}, 15000, 5, 0, 0)`.execute(db);
  const before = await stateOf(REQUESTS);
  await pruneQuotas({ db, spansAt });
  await pruneQuotas({ db, spansAt });
  expect(await stateOf(REQUESTS)).toEqual(before);
  expect(before).toMatchObject({ settled: 9, leased: 4, shadowRefusals: 2 });
  const leases = await db.selectFrom('quota_lease').select(['quota_id', 'holder']).execute();
  expect(leases).toEqual([{ quota_id: REQUESTS, holder: 'alive' }]);
  const slots = await db.selectFrom('quota_slot').selectAll().execute();
  expect(slots).toEqual([{ quota_id: REQUESTS, slot: 0, settled: 9, refused: 2, adjusted: 0 }]);
});

test('a difference to complete records is told and corrected, once; corrections of operators are none', async () => {
  const { db, spansAt, stateOf } = await setUp();
  await linkHolders(db, 'n', ['alive']);
  await sql`insert into quota_lease values (${REQUESTS}, 0, 'alive', 50, 0, 20, 0, 0, false, now(), 20)`.execute(db);
  await sql`insert into quota_slot values (${REQUESTS}, 0, 0, 0, -5)`.execute(db);
  const asked: QuotaSumsQuery[] = [];
  const answer = (amount: number, rows: number): QuotaSumsAnswer => ({
    sums: [{ quota: REQUESTS, amount, unplaced: 0 }],
    boots: [{ bootId: 'alive', rows }],
  });
  const reconcile = (said: QuotaSumsAnswer) => {
    const quotaSums = async (query: QuotaSumsQuery) => {
      asked.push(query);
      return said;
    };
    return sql`delete from quota_check`.execute(db).then(() => reconcileQuotas({ db, spansAt, quotaSums }));
  };
  expect(await reconcile(answer(19, 19))).toMatchObject({ requests: 0 });
  expect(await stateOf(REQUESTS)).toMatchObject({ settled: 15, check: undefined });
  expect(await reconcile(answer(23, 20))).toEqual({ nano_usd: 0, tokens: 0, requests: 3, concurrent: 0 });
  expect(await stateOf(REQUESTS)).toMatchObject({ settled: 18, check: { drift: -3, checkedAt: expect.any(Date) } });
  expect(await reconcile(answer(23, 20))).toMatchObject({ requests: 0 });
  expect(await stateOf(REQUESTS)).toMatchObject({ settled: 18, check: { drift: 0 } });
  expect(asked[0]).toEqual({
    quotas: [{ quota: REQUESTS, fromSlot: 0, toSlot: 0 }],
    running: ['alive'],
    leases: [{ bootId: 'alive', quota: REQUESTS, slot: 0, recorded: 20 }],
  });
});

test('a quota whose window reaches far back is compared once in an hour', async () => {
  const { db, spansAt } = await setUp();
  await linkHolders(db, 'n', ['alive']);
  const now = Date.now();
  await sql`insert into quota_lease values (${REQUESTS}, 0, 'alive', 5, 0, 0, 0, 0, false, now(), 0)`.execute(db);
  await sql`insert into quota_lease values (${HOURLY}, ${now}::bigint, 'alive', 5, 0, 0, 0, 0, false, now(), 0)`.execute(
    db,
  );
  const asked: string[][] = [];
  const quotaSums = async ({ quotas }: QuotaSumsQuery) => {
    asked.push(quotas.map(({ quota }) => quota).sort());
    return { sums: [], boots: [] };
  };
  await reconcileQuotas({ db, spansAt, quotaSums });
  await reconcileQuotas({ db, spansAt, quotaSums });
  expect(asked).toEqual([[REQUESTS, HOURLY], [HOURLY]]);
});
