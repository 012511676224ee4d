import { gzipSync } from 'node:zlib';
import {
  acceptedSealingKeys,
  createKeyring,
  type OpenAiErrorBody,
  REQUESTS_QUERY_PATH,
  requestsAnswer,
  SEALING_KEYS_PATH,
  SEGMENT_BYTES_MAX,
  SEGMENT_ID_HEADER,
  SEGMENT_PATH,
  USAGE_QUERY_PATH,
  usageAnswer,
} from '@tollgate/schema';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Analytics, createAnalytics } from './create-analytics.ts';
import { GAPS_QUERY_PATH } from './reconcile/gaps-contract.ts';
import { recordsOf, segmentOf } from './test-support/records.ts';
import { startTestClickHouse, type TestClickHouse } from './test-support/test-clickhouse.ts';

const TIMEOUT_MS = 60_000;
const { internalToken } = createKeyring(Buffer.alloc(32, 7).toString('base64'));
const YEAR = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
const log = pino({ level: 'silent' });

describe('the service over HTTP', { timeout: TIMEOUT_MS }, () => {
  let clickHouse: TestClickHouse;
  let analytics: Analytics;
  let url: string;

  beforeAll(async () => {
    clickHouse = await startTestClickHouse();
    analytics = createAnalytics(
      {
        clickHouse: clickHouse.address(),
        kafkaBrokers: [],
        internalTokens: [internalToken],
        sealingKeys: ['0a0b0c0d'],
        host: '127.0.0.1',
        port: 0,
        segmentPatienceMs: 400,
      },
      log,
    );
    url = await analytics.start();
    await analytics.prepared;
  }, TIMEOUT_MS);
  afterAll(async () => {
    await analytics.stop();
    await clickHouse.stop();
  }, TIMEOUT_MS);

  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${internalToken}`, ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
  const ask = (path: string, query: unknown) =>
    post(path, JSON.stringify(query), { 'content-type': 'application/json' });
  const send = (id: string, body: Buffer, headers: Record<string, string> = {}) =>
    post(SEGMENT_PATH, body, { [SEGMENT_ID_HEADER]: id, 'content-type': 'application/x-ndjson', ...headers });
  const errorOf = async (response: Response) => {
    const { error } = (await response.json()) as OpenAiErrorBody;
    return { status: response.status, error };
  };

  test('a segment is answered 204 each time it is sent, zipped or not, and is seen by all queries once', async () => {
    const segment = segmentOf('node-1.boot-1.1', recordsOf(1, 10));
    expect((await send(segment.id, segment.body)).status).toBe(204);
    expect((await send(segment.id, gzipSync(segment.body), { 'content-encoding': 'gzip' })).status).toBe(204);
    const usage = usageAnswer.parse(await (await ask(USAGE_QUERY_PATH, { ...YEAR, groupBy: ['team'] })).json());
    expect(usage.rows).toMatchObject([{ dimensions: { team: 'search' }, requests: 10, costNanoUsd: '15000' }]);
    const requests = requestsAnswer.parse(await (await ask(REQUESTS_QUERY_PATH, { limit: 3 })).json());
    expect(requests.rows.map(({ record }) => record.seq)).toEqual([10, 9, 8]);
    expect(requests.hasMore).toBe(true);
    const gaps = await (await ask(GAPS_QUERY_PATH, YEAR)).json();
    expect(gaps).toEqual({ bootsChecked: 1, recordsChecked: 10, boots: [], truncated: false });
  });

  test('without the internal token every path but health and metrics is closed', async () => {
    for (const path of [SEGMENT_PATH, USAGE_QUERY_PATH, REQUESTS_QUERY_PATH, GAPS_QUERY_PATH]) {
      expect((await post(path, '{}', { authorization: '' })).status).toBe(401);
      expect((await post(path, '{}', { authorization: 'Bearer wrong' })).status).toBe(401);
    }
    expect((await fetch(`${url}${SEALING_KEYS_PATH}`)).status).toBe(401);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'tollgate_analytics_segments_total{outcome="repeated"} 1',
    );
  });

  test('wrong input is answered with the path of what is wrong', async () => {
    const wrong = await errorOf(await ask(USAGE_QUERY_PATH, { ...YEAR, groupBy: ['planet'], extra: 1 }));
    expect(wrong).toMatchObject({ status: 400, error: { code: 'invalid_request', param: 'groupBy[0]' } });
    expect(wrong.error.message).toContain('extra');
    const backwards = await errorOf(await ask(GAPS_QUERY_PATH, { from: YEAR.to, to: YEAR.from }));
    expect(backwards).toMatchObject({ status: 400, error: { param: 'to', message: 'to: must be after `from`' } });
    const broken = await errorOf(await post(REQUESTS_QUERY_PATH, '{"limit":', { 'content-type': 'application/json' }));
    expect(broken).toMatchObject({ status: 400, error: { code: 'invalid_json' } });
    const nameless = await errorOf(await post(SEGMENT_PATH, 'x'));
    expect(nameless).toMatchObject({ status: 400, error: { param: SEGMENT_ID_HEADER } });
    const long = await errorOf(await send('n.b.1', Buffer.alloc(SEGMENT_BYTES_MAX + 1)));
    expect(long).toMatchObject({ status: 413, error: { code: 'request_too_large' } });
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  test('while ClickHouse is away a segment is given back with 503, and taken once it is there again', async () => {
    const segment = segmentOf('node-1.boot-1.2', recordsOf(11, 12));
    await clickHouse.kill();
    const refused = await send(segment.id, segment.body);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const usage = await errorOf(await ask(USAGE_QUERY_PATH, { ...YEAR, groupBy: [] }));
    expect(usage).toMatchObject({ status: 503, error: { code: 'not_ready' } });

    await clickHouse.startAgain();
    await expect.poll(async () => (await send(segment.id, segment.body)).status).toBe(204);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await ask(USAGE_QUERY_PATH, { ...YEAR, groupBy: [] })).json()).toMatchObject({
      rows: [{ requests: 12 }],
    });
  });

  test('a service that starts before ClickHouse serves as soon as ClickHouse is there', async () => {
    await clickHouse.kill();
    const early = createAnalytics(
      {
        clickHouse: clickHouse.address(),
        kafkaBrokers: [],
        internalTokens: [internalToken],
        sealingKeys: ['0a0b0c0d'],
        host: '127.0.0.1',
        port: 0,
      },
      log,
    );
    const earlyUrl = await early.start();
    expect((await fetch(`${earlyUrl}/readyz`)).status).toBe(503);
    const headers = { authorization: `Bearer ${internalToken}` };
    const said = await (await fetch(`${earlyUrl}${SEALING_KEYS_PATH}`, { headers })).json();
    expect(acceptedSealingKeys.parse(said)).toEqual({ accepted: ['0a0b0c0d'] });
    await clickHouse.startAgain();
    await early.prepared;
    expect((await fetch(`${earlyUrl}/readyz`)).status).toBe(200);
    await early.stop();
  });
});
