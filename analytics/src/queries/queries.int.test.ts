import {
  type RequestsQuery,
  USAGE_ROWS_MAX,
  type UsageQuery,
  type UsageWithin,
  usageAnswer,
  usageDimensions,
  usageRecord,
} from '@tollgate/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSegmentStore } from '../ingest/segment-store.ts';
import { recordOf, recordsOf, STARTED_AT_MS } from '../test-support/records.ts';
import { startTestClickHouse, type TestClickHouse, type TestDatabase } from '../test-support/test-clickhouse.ts';
import { queryRequests } from './requests-query.ts';
import { queryUsage } from './usage-query.ts';

const TIMEOUT_MS = 60_000;
const signal = new AbortController().signal;
const YEAR = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
const HOSTILE = `it's \\ "odd" {keys:String}, [x]\n\t`;

const RECORDS = [
  ...recordsOf(1, 60),
  recordOf(61, { keyName: HOSTILE, teamName: 'ops', costNanoUsd: null, cause: 'client_gone', revision: 8 }),
  recordOf(62, {
    charges: [
      { quota: 'team:ops#nano_usd/day/Europe+Berlin', slot: STARTED_AT_MS, amount: 7 },
      { quota: 'team:ops#requests/1m', slot: null, amount: 1 },
    ],
    teamName: 'ops',
    costNanoUsd: null,
    tokensInput: 0,
    tokensOutput: 0,
    cause: 'upstream_error',
  }),
  recordOf(63, { startedAtMs: Date.UTC(2026, 1, 28, 23, 59, 59, 999), costNanoUsd: Number.MAX_SAFE_INTEGER }),
  recordOf(64, { startedAtMs: Date.UTC(2026, 2, 1), costNanoUsd: Number.MAX_SAFE_INTEGER }),
];

describe('queries in the real engine', { timeout: TIMEOUT_MS }, () => {
  let clickHouse: TestClickHouse;
  let database: TestDatabase;

  beforeAll(async () => {
    clickHouse = await startTestClickHouse();
    database = await clickHouse.createTestDatabase();
    await createSegmentStore(database.client).insertRecords('node-1.boot-1.1', RECORDS, signal);
  }, TIMEOUT_MS);
  afterAll(() => clickHouse.stop(), TIMEOUT_MS);

  async function usage(query: UsageQuery) {
    const outcome = await queryUsage(database.client, query);
    if (outcome.type === 'refused') throw new Error(outcome.error.message);
    return usageAnswer.parse({ rows: outcome.rows }).rows;
  }

  async function requests(query: RequestsQuery) {
    const outcome = await queryRequests(database.client, query);
    if (outcome.type === 'refused') throw new Error(outcome.error.message);
    return outcome.page;
  }

  test('sums of everything are exact beyond what a JSON number holds', async () => {
    expect(await usage({ ...YEAR, groupBy: [] })).toEqual([
      {
        bucketStart: null,
        dimensions: {},
        requests: 64,
        failedRequests: 2,
        unpricedRequests: 1,
        tokensInput: 6_300,
        tokensInputCached: 64 * 40,
        tokensOutput: 63 * 20,
        tokensOutputReasoning: 64 * 5,
        costNanoUsd: (60n * 1_500n + 2n * BigInt(Number.MAX_SAFE_INTEGER)).toString(),
      },
    ]);
  });

  test('time is cut at the start of the bucket in UTC, and `to` is exclusive', async () => {
    const rows = await usage({ ...YEAR, bucket: 'month', groupBy: [] });
    expect(rows.map(({ bucketStart, requests: count }) => [bucketStart, count])).toEqual([
      ['2026-01-01T00:00:00.000Z', 62],
      ['2026-02-01T00:00:00.000Z', 1],
      ['2026-03-01T00:00:00.000Z', 1],
    ]);
    const minutes = await usage({
      from: new Date(STARTED_AT_MS).toISOString(),
      to: new Date(STARTED_AT_MS + 60_000).toISOString(),
      bucket: 'minute',
      groupBy: [],
    });
    expect(minutes.map(({ bucketStart, requests: count }) => [bucketStart, count])).toEqual([
      ['2026-01-15T12:00:00.000Z', 59],
    ]);
  });

  test('every bucket with every dimension at once adds up to the whole', async () => {
    for (const bucket of ['minute', 'hour', 'day', 'month'] as const) {
      const rows = await usage({ ...YEAR, bucket, groupBy: [...usageDimensions] });
      expect(rows.reduce((total, row) => total + row.requests, 0)).toBe(64);
      expect(Object.keys(rows[0]?.dimensions ?? {})).toEqual([...usageDimensions]);
    }
  });

  test('a filter holds to the letter, whatever a name is made of', async () => {
    const rows = await usage({ ...YEAR, groupBy: ['key', 'revision'], filter: { keys: [HOSTILE], teams: ['ops'] } });
    expect(rows).toMatchObject([{ dimensions: { key: HOSTILE, revision: '8' }, requests: 1, costNanoUsd: '0' }]);
    expect(await usage({ ...YEAR, groupBy: ['key'], filter: { keys: [] } })).toEqual([]);
    expect(await usage({ ...YEAR, groupBy: [], filter: { keys: ['nobody'] } })).toMatchObject([{ requests: 0 }]);
  });

  test('an answer is narrowed to teams and keys, each since it was made', async () => {
    const sum = async (within: UsageWithin, filter = {}) =>
      (await usage({ ...YEAR, groupBy: [], filter, within }))[0]?.requests;
    const ops = [{ name: 'ops', sinceMs: 0 }];
    expect(await sum({ teams: ops, keys: [] })).toBe(2);
    expect(await sum({ teams: [{ name: 'ops', sinceMs: Date.UTC(2026, 5) }], keys: [] })).toBe(0);
    expect(await sum({ teams: ops, keys: [{ name: HOSTILE, sinceMs: 0 }] })).toBe(2);
    expect(await sum({ teams: [], keys: [{ name: HOSTILE, sinceMs: 0 }] })).toBe(1);
    expect(await sum({ teams: [], keys: [] })).toBe(0);
    expect(await sum({ teams: ops, keys: [] }, { keys: ['nobody'] })).toBe(0);
    const page = await requests({ limit: 500, within: { teams: ops, keys: [] } });
    expect(page.rows.map(({ record }) => record.seq)).toEqual([62, 61]);
  });

  test('an answer that would be too long is refused with what would shorten it', async () => {
    const many = recordsOf(1, USAGE_ROWS_MAX + 1, { bootId: 'boot-2' }).map((record) => ({
      ...record,
      startedAtMs: Date.UTC(2028, 0),
      revision: record.seq,
    }));
    await createSegmentStore(database.client).insertRecords('node-1.boot-2.1', many, signal);
    const range = { from: '2028-01-01T00:00:00Z', to: '2028-01-02T00:00:00Z' };
    const outcome = await queryUsage(database.client, { ...range, groupBy: ['revision'] });
    expect(outcome).toMatchObject({
      type: 'refused',
      error: { code: 'invalid_request', message: expect.stringContaining('more than 10000 rows') },
    });
    expect(await usage({ ...range, groupBy: ['key'] })).toMatchObject([{ requests: USAGE_ROWS_MAX + 1 }]);
  });

  test('records come back as they were written, the newest first', async () => {
    const { rows, hasMore } = await requests({ ...YEAR, limit: 500 });
    expect(hasMore).toBe(false);
    const newestFirst = RECORDS.toSorted((a, b) => b.startedAtMs - a.startedAtMs || (a.id < b.id ? 1 : -1));
    expect(rows.map(({ record }) => usageRecord.parse(record))).toEqual(newestFirst);
  });

  test('pages neither skip nor repeat a row, also among rows of one millisecond', async () => {
    const same = recordsOf(1, 25, { bootId: 'boot-3' }).map((record) => ({
      ...record,
      startedAtMs: Date.UTC(2029, 0),
    }));
    await createSegmentStore(database.client).insertRecords('node-1.boot-3.1', same, signal);
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await requests({ from: '2029-01-01T00:00:00Z', limit: 7, ...(after ? { after } : {}) });
      seen.push(...page.rows.map(({ record }) => record.id));
      after = page.rows.at(-1)?.cursor;
      if (!page.hasMore) break;
    }
    expect(seen).toEqual(same.map(({ id }) => id).toReversed());
  });

  test('requests are found by id, cause and key without a time', async () => {
    const wanted = recordOf(61);
    const byId = await requests({ limit: 10, filter: { ids: [wanted.id, 'req_none'] } });
    expect(byId.rows.map(({ record }) => record.id)).toEqual([wanted.id]);
    const byCause = await requests({ limit: 10, filter: { causes: ['client_gone', 'upstream_error'] } });
    expect(byCause.rows.map(({ record }) => record.seq)).toEqual([62, 61]);
  });

  test('a cursor that no answer gave is refused', async () => {
    expect(await queryRequests(database.client, { limit: 1, after: 'MTIz' })).toMatchObject({
      type: 'refused',
      error: { param: 'after' },
    });
  });
});
