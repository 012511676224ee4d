import {
  type RequestsQuery,
  USAGE_ROWS_MAX,
  USAGE_WITHIN_MAX,
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
    organizationName: 'globex',
    projectName: '',
    userName: 'bob',
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

  test('usage is grouped and filtered by whom it belonged to and by the end user', async () => {
    const groupBy = ['organization', 'project', 'user', 'customer', 'endUser'] as const;
    const rows = await usage({ ...YEAR, groupBy: [...groupBy], filter: { teams: ['ops'] } });
    const same = { customer: 'globex', endUser: 'visitor-7' };
    expect(rows.map(({ dimensions }) => dimensions)).toEqual([
      { organization: 'acme', project: 'ranking', user: 'ada', ...same },
      { organization: 'globex', project: '', user: 'bob', ...same },
    ]);
    const counts = async (filter: UsageQuery['filter']) => (await usage({ ...YEAR, groupBy: [], filter }))[0]?.requests;
    expect(await counts({ organizations: ['globex'] })).toBe(1);
    expect(await counts({ projects: ['ranking'], users: ['ada', 'bob'] })).toBe(63);
    expect(await counts({ customers: ['globex'], endUsers: ['visitor-7'], users: ['bob'] })).toBe(1);
    expect(await counts({ endUsers: ['nobody'] })).toBe(0);
  });

  const NOTHING: UsageWithin = {
    organizations: [],
    teams: [],
    projects: [],
    users: [],
    ofVersion1: { teams: [], keys: [] },
  };
  const bearer = (name: string, sinceMs = 0) => [{ name, sinceMs }];

  test('an answer is narrowed to what names one of those who may be seen, each since it was made', async () => {
    const sum = async (within: Partial<UsageWithin>, filter = {}) =>
      (await usage({ ...YEAR, groupBy: [], filter, within: { ...NOTHING, ...within } }))[0]?.requests;
    expect(await sum({})).toBe(0);
    expect(await sum({ organizations: bearer('globex') })).toBe(1);
    expect(await sum({ organizations: bearer('acme') })).toBe(63);
    expect(await sum({ organizations: bearer('acme', Date.UTC(2026, 2)) })).toBe(1);
    expect(await sum({ teams: bearer('ops') })).toBe(2);
    expect(await sum({ teams: bearer('ops', Date.UTC(2026, 5)) })).toBe(0);
    expect(await sum({ teams: bearer('ops'), organizations: bearer('globex') })).toBe(2);
    expect(await sum({ projects: bearer('ranking') })).toBe(63);
    expect(await sum({ users: bearer('bob') })).toBe(1);
    expect(await sum({ teams: bearer('ops') }, { keys: ['nobody'] })).toBe(0);
    const page = await requests({ limit: 500, within: { ...NOTHING, teams: bearer('ops') } });
    expect(page.rows.map(({ record }) => record.seq)).toEqual([62, 61]);
  });

  test('only of records that do not say whose they are is seen what teams and keys made that are his now', async () => {
    const ofVersion1 = { teams: bearer('search'), keys: bearer('search-prod') };
    const range = { from: '2027-01-01T00:00:00Z', to: '2027-01-02T00:00:00Z' };
    const at = { startedAtMs: Date.UTC(2027, 0), bootId: 'boot-4' };
    const unknown = { organizationName: '', projectName: '', userName: '', customerName: '', endUser: '' };
    const records = [
      recordOf(1, { ...at }),
      recordOf(2, { ...at, version: 1, ...unknown }),
      recordOf(3, { ...at, version: 1, ...unknown, teamName: '' }),
      recordOf(4, { ...at, version: 1, ...unknown, teamName: '', keyName: 'other' }),
    ];
    await createSegmentStore(database.client).insertRecords('node-1.boot-4.1', records, signal);
    const seen = async (within: UsageWithin) =>
      (await requests({ ...range, limit: 500, within })).rows.map(({ record }) => record.seq);
    expect(await seen({ ...NOTHING, ofVersion1 })).toEqual([3, 2]);
    expect(await seen({ ...NOTHING, ofVersion1: { ...ofVersion1, keys: [] } })).toEqual([2]);
    expect(await seen({ ...NOTHING, organizations: bearer('acme') })).toEqual([1]);
  });

  test('whoever may see as many teams and keys as can be asked for gets an answer', async () => {
    const many = Array.from({ length: USAGE_WITHIN_MAX }, (_, index) => ({
      name: `team-${index}`.padEnd(128, '-'),
      sinceMs: 1,
    }));
    const within = { ...NOTHING, teams: many, ofVersion1: { teams: many, keys: many } };
    expect(await usage({ ...YEAR, groupBy: [], within })).toMatchObject([{ requests: 0 }]);
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
    const NONE = { attemptDetails: [], servedModel: '', choices: [], uncharged: [], mirrorOf: '' };
    const withColumns = newestFirst.map((record) => ({ ...record, ...NONE }));
    expect(rows.map(({ record }) => usageRecord.parse(record))).toEqual(withColumns);
  });

  test('the attempts of a record and what they rested on come back as they were written', async () => {
    const detail = {
      model: 'm',
      deployment: 'd',
      providerName: 'p',
      upstreamModel: 'u',
      reason: 'first',
      cause: 'upstream_error',
      status: 503,
      errorCode: 'upstream_error',
      startedUs: 12,
      durationUs: 34_567,
      tokensInput: 7,
      tokensOutput: 8,
      costNanoUsd: 90,
    };
    const attemptDetails = [detail, { ...detail, deployment: 'e', costNanoUsd: null }];
    const passed = { model: 'm', deployment: 'f', reason: 'cooling', forMs: 1_234 };
    const choice = {
      attempt: 1,
      model: 'm',
      by: 'least-latency',
      candidates: [
        { deployment: 'd', figure: 812.5 },
        { deployment: 'e', figure: null },
      ],
      passedOver: [passed, { ...passed, model: 'g', deployment: '', reason: 'not_allowed', forMs: null }],
      omitted: 3,
    };
    const choices = [choice, { ...choice, attempt: 2, by: 'only', candidates: [], passedOver: [], omitted: 0 }];
    const parts = { attemptDetails, servedModel: 'm/*', choices, uncharged: ['team:t#concurrent'], mirrorOf: 'req_1' };
    const record = recordOf(1, { bootId: 'boot-5', startedAtMs: Date.UTC(2020, 0), ...parts });
    await createSegmentStore(database.client).insertRecords('node-1.boot-5.1', [record], signal);
    const { rows } = await requests({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z', limit: 2 });
    expect(rows.map((row) => usageRecord.parse(row.record))).toEqual([record]);
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
