import { chargesAnswer, quotaSumsAnswer, type UsageRecord } from '@tollgate/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSegmentStore } from '../ingest/segment-store.ts';
import { recordOf, STARTED_AT_MS } from '../test-support/records.ts';
import { startTestClickHouse, type TestClickHouse, type TestDatabase } from '../test-support/test-clickhouse.ts';
import { queryCharges, queryQuotaSums } from './charges.ts';

const TIMEOUT_MS = 120_000;
const QUOTA = 'team:t#tokens/hour';
const [SLOT, NEXT] = [STARTED_AT_MS, STARTED_AT_MS + 3_600_000];

const charged = (bootId: string, seq: number, ...charges: UsageRecord['charges']) => recordOf(seq, { bootId, charges });
const inSlot = (slot: number | null, amount: number, quota = QUOTA) => ({ quota, slot, amount });

describe('charges in the real engine', { timeout: TIMEOUT_MS }, () => {
  let clickHouse: TestClickHouse;
  let database: TestDatabase;

  beforeAll(async () => {
    clickHouse = await startTestClickHouse();
    database = await clickHouse.createTestDatabase();
    const insert = createSegmentStore(database.client).insertRecords;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const dead = [
      charged('dead', 1, inSlot(SLOT, 5), inSlot(SLOT, 1, 'other')),
      charged('dead', 2, inSlot(SLOT, 6)),
      charged('dead', 3, inSlot(NEXT, 7)),
      charged('dead', 4, inSlot(null, 8)),
      recordOf(5, { bootId: 'dead' }),
    ];
    const running = [
      charged('live', 1, inSlot(SLOT, 10)),
      charged('live', 2, inSlot(SLOT, 20)),
      charged('live', 3, inSlot(NEXT, 40)),
    ];
    await insert('n.dead.1', dead, signal);
    await insert('n.live.1', running, signal);
    await insert('n.gap.1', [charged('gap', 1, inSlot(SLOT, 1)), charged('gap', 3, inSlot(SLOT, 1))], signal);
  }, TIMEOUT_MS);
  afterAll(() => clickHouse.stop(), TIMEOUT_MS);

  const charges = async (bootId: string) => chargesAnswer.parse(await queryCharges(database.client, { bootId }));

  test('a run is told with all that it was charged, by slot, and without one by the minute', async () => {
    const { charges: sums, ...counts } = await charges('dead');
    expect(counts).toEqual({ rows: 5, lastSeq: 5 });
    expect(sums).toHaveLength(4);
    expect(sums).toEqual(
      expect.arrayContaining([
        { quota: QUOTA, slot: SLOT, startedAtMs: null, amount: 11 },
        { quota: 'other', slot: SLOT, startedAtMs: null, amount: 1 },
        { quota: QUOTA, slot: NEXT, startedAtMs: null, amount: 7 },
        { quota: QUOTA, slot: null, startedAtMs: STARTED_AT_MS, amount: 8 },
      ]),
    );
  });

  test('a missing record shows: there are fewer than the highest number says; of an unknown run there is nothing', async () => {
    expect(await charges('gap')).toMatchObject({ rows: 2, lastSeq: 3 });
    expect(await charges('unknown')).toEqual({ rows: 0, lastSeq: 0, charges: [] });
  });

  const sums = async (leases: readonly { slot: number; recorded: number }[], toSlot = NEXT) =>
    quotaSumsAnswer.parse(
      await queryQuotaSums(database.client, {
        quotas: [{ quota: QUOTA, fromSlot: SLOT, toSlot }],
        running: ['live', 'gap'],
        leases: [
          ...leases.map((lease) => ({ bootId: 'live', quota: QUOTA, ...lease })),
          { bootId: 'gap', quota: QUOTA, slot: SLOT, recorded: 3 },
        ],
      }),
    );

  test('of a run that goes on counts what it had told, slot by slot; of one that ended, all', async () => {
    const dead = 5 + 6 + 7 + 8;
    const gap = 1 + 1;
    const one = await sums([{ slot: SLOT, recorded: 1 }]);
    expect(one).toEqual({
      sums: [{ quota: QUOTA, amount: dead + gap + 10, unplaced: 0 }],
      boots: expect.arrayContaining([
        { bootId: 'live', rows: 1 },
        { bootId: 'gap', rows: 2 },
      ]),
    });
    const both = [
      { slot: SLOT, recorded: 2 },
      { slot: NEXT, recorded: 3 },
    ];
    expect((await sums(both)).sums).toMatchObject([{ amount: dead + gap + 10 + 20 + 40 }]);
    expect((await sums(both, SLOT)).sums).toMatchObject([{ amount: dead - 7 + gap + 10 + 20 }]);
  });

  test('what a running node was charged without a lease is told apart', async () => {
    const answer = await queryQuotaSums(database.client, {
      quotas: [{ quota: QUOTA, fromSlot: SLOT, toSlot: NEXT }],
      running: ['dead', 'gap'],
      leases: [{ bootId: 'dead', quota: QUOTA, slot: SLOT, recorded: 5 }],
    });
    expect(answer.sums).toMatchObject([{ amount: 11 + 10 + 20 + 40, unplaced: 8 }]);
  });
});
