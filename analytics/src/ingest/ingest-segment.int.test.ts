import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openClickHouse } from '../clickhouse/connection.ts';
import { createMetrics } from '../metrics.ts';
import { recordOf, recordsOf, segmentOf } from '../test-support/records.ts';
import {
  countRows,
  rowsOf,
  startTestClickHouse,
  type TestClickHouse,
  type TestDatabase,
} from '../test-support/test-clickhouse.ts';
import { createIngestSegment } from './ingest-segment.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';

const TIMEOUT_MS = 60_000;
const signal = new AbortController().signal;
const segment = segmentOf('node-1.boot-1.1', recordsOf(1, 500));

const ingestInto = (store: SegmentStore) =>
  createIngestSegment({ store, metrics: createMetrics(), log: pino({ level: 'silent' }) });

describe('segments in the real engine', { timeout: TIMEOUT_MS }, () => {
  let clickHouse: TestClickHouse;
  let database: TestDatabase;
  let store: SegmentStore;

  beforeAll(async () => {
    clickHouse = await startTestClickHouse();
  }, TIMEOUT_MS);
  beforeEach(async () => {
    database = await clickHouse.createTestDatabase();
    store = createSegmentStore(database.client);
  });
  afterAll(() => clickHouse.stop(), TIMEOUT_MS);

  const ledger = () =>
    rowsOf(database.client, 'SELECT segment_id, first_seq, last_seq, records, rejected FROM usage_segment FINAL');
  const forgetTokens = () =>
    database.client.command({ query: 'ALTER TABLE usage MODIFY SETTING non_replicated_deduplication_window = 0' });

  test('a segment that is sent again is stored once and noted once', async () => {
    const ingest = ingestInto(store);
    expect(await ingest(segment, signal)).toEqual({ type: 'ingested', records: 500, rejected: 0 });
    expect(await ingest(segment, signal)).toEqual({ type: 'repeated' });
    expect(await countRows(database.client)).toEqual({ rows: 500, ids: 500 });
    expect(await ledger()).toEqual([
      { segment_id: 'node-1.boot-1.1', first_seq: 1, last_seq: 500, records: 500, rejected: 0 },
    ]);
  });

  test('a segment that comes eight times at once is stored once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ingestInto(store)(segment, signal)));
    expect(await countRows(database.client)).toEqual({ rows: 500, ids: 500 });
    expect(await ledger()).toHaveLength(1);
  });

  test('two processes that both saw nothing stored are told apart by the token alone', async () => {
    const blind: SegmentStore = { ...store, isInLedger: async () => false, findStoredIds: async () => new Set() };
    for (let time = 0; time < 3; time += 1) await ingestInto(blind)(segment, signal);
    expect(await countRows(database.client)).toEqual({ rows: 500, ids: 500 });
  });

  test('the token is the id of the segment, so a repeat is dropped even if a newer version writes its rows otherwise', async () => {
    await store.insertRecords(segment.id, recordsOf(1, 500), signal);
    await store.insertRecords(segment.id, recordsOf(1, 500, { priceSource: 'another' }), signal);
    expect(await countRows(database.client)).toEqual({ rows: 500, ids: 500 });
  });

  test('a repeat that the deduplication window has forgotten is dropped by the ledger', async () => {
    await ingestInto(store)(segment, signal);
    await forgetTokens();
    expect(await ingestInto(store)(segment, signal)).toEqual({ type: 'repeated' });
    expect(await countRows(database.client)).toEqual({ rows: 500, ids: 500 });
  });

  test('rows stored before a crash are found without ledger and without token', async () => {
    const crashing: SegmentStore = {
      ...store,
      insertLedgerRow: async () => {
        throw new Error('crash');
      },
    };
    await expect(ingestInto(crashing)(segment, signal)).rejects.toThrow('crash');
    await forgetTokens();
    expect(await ingestInto(store)(segment, signal)).toEqual({ type: 'ingested', records: 0, rejected: 0 });
    expect(await countRows(database.client)).toEqual({ rows: 500, ids: 500 });
    expect(await ledger()).toMatchObject([{ records: 500 }]);
  });

  test('a segment over the turn of a month, of which one month was stored, gets the other', async () => {
    const january = recordsOf(1, 3, { startedAtMs: Date.UTC(2026, 0, 31, 23, 59, 59, 999) });
    const february = recordsOf(4, 6, { startedAtMs: Date.UTC(2026, 1, 1) });
    const both = segmentOf('node-1.boot-1.9', [...january, ...february]);
    await store.insertRecords(both.id, january, signal);
    expect(await ingestInto(store)(both, signal)).toEqual({ type: 'ingested', records: 3, rejected: 0 });
    expect(await countRows(database.client)).toEqual({ rows: 6, ids: 6 });
  });

  test('a segment of the greatest size is one block, so that its token is exact', async () => {
    const records = recordsOf(1, 1_180);
    const big = segmentOf('node-1.boot-1.2', records);
    expect(big.body.length).toBeGreaterThan(1_000_000);
    await store.insertRecords(big.id, records, signal);
    const parts = await rowsOf(
      database.client,
      `SELECT rows FROM system.parts WHERE database = currentDatabase() AND table = 'usage' AND level = 0`,
    );
    expect(parts).toEqual([{ rows: 1_180 }]);
  });

  test('bad lines are kept aside, and the repeat of such a segment stays deduplicated', async () => {
    const mixed = segmentOf('node-1.boot-1.3', recordsOf(1, 2), ['{"id":1}', '\u{1f680} rubbish \ud800']);
    await ingestInto(store)(mixed, signal);
    await ingestInto({ ...store, isInLedger: async () => false })(mixed, signal);
    expect(await countRows(database.client)).toEqual({ rows: 2, ids: 2 });
    const rejected = await rowsOf(
      database.client,
      'SELECT segment_id, line, text FROM usage_rejected FINAL ORDER BY line',
    );
    expect(rejected).toEqual([
      { segment_id: 'node-1.boot-1.3', line: 3, text: '{"id":1}' },
      { segment_id: 'node-1.boot-1.3', line: 4, text: '\u{1f680} rubbish \u{fffd}' },
    ]);
  });

  test('extreme but valid values are stored exactly, and a broken clock hinders no one', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const extreme = recordOf(1, {
      tokensInput: most,
      totalUs: most,
      attempts: most,
      costNanoUsd: -most,
      keyName: `'"\\\n\t\0{x:String}`,
    });
    const clocks = Array.from({ length: 150 }, (_, month) =>
      recordOf(month + 2, { startedAtMs: Date.UTC(1970, month) }),
    );
    await ingestInto(store)(segmentOf('node-1.boot-1.4', [extreme, ...clocks]), signal);
    const columns = 'tokens_input, total_us, attempts, cost_nano_usd, key_name';
    expect(await rowsOf(database.client, `SELECT ${columns} FROM usage WHERE seq = 1`)).toEqual([
      { tokens_input: most, total_us: most, attempts: most, cost_nano_usd: -most, key_name: extreme.keyName },
    ]);
    expect(await countRows(database.client)).toEqual({ rows: 151, ids: 151 });
  });

  test('what was acknowledged survives a killed engine, and the repeat after it is dropped', async () => {
    await ingestInto(store)(segment, signal);
    await clickHouse.kill();
    await clickHouse.startAgain();
    const client = openClickHouse(database.address, 2);
    const blind: SegmentStore = {
      ...createSegmentStore(client),
      isInLedger: async () => false,
      findStoredIds: async () => new Set(),
    };
    await ingestInto(blind)(segment, signal);
    expect(await ingestInto(createSegmentStore(client))(segment, signal)).toEqual({ type: 'repeated' });
    expect(await countRows(client)).toEqual({ rows: 500, ids: 500 });
    await client.close();
  });
});
