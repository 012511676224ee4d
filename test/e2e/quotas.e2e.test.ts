import { APIError } from 'openai';
import { describe, expect, inject, test } from 'vitest';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, type Tenant, uniqueName } from '../support/tenant.ts';

const stack = connectStack(inject('stack'));

/** Tokens of each answer; asked for as the limit too, so that what is reserved is what is used. */
const TOKENS = 10;
const BODY = { messages: [{ role: 'user' as const, content: 'Hello there' }], max_tokens: TOKENS };

/** A tenant on the mock provider whose key has these quotas. */
async function openLimited(spec: object, mock: object = {}): Promise<Tenant> {
  const tenant = await openTenant(stack, { type: 'mock', mock: { tokens: TOKENS, ...mock } });
  await stack.commit([putKey(tenant.keyName, spec)]);
  return tenant;
}

type Outcome = { readonly status: number; readonly code: string | null; readonly headers: Headers };

async function ask({ client, model }: Tenant, body: object = {}): Promise<Outcome> {
  try {
    const { response } = await client.chat.completions.create({ model, ...BODY, ...body }).withResponse();
    return { status: response.status, code: null, headers: response.headers };
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    return { status: error.status ?? 0, code: error.code ?? null, headers: error.headers ?? new Headers() };
  }
}

const askAtOnce = (tenant: Tenant, count: number): Promise<Outcome[]> =>
  Promise.all(Array.from({ length: count }, () => ask(tenant)));

const countOf = (outcomes: readonly Outcome[], status: number): number =>
  outcomes.filter((outcome) => outcome.status === status).length;

describe('a limit of requests', () => {
  test('lets exactly so many through, however many ask at once, and says what is left', async () => {
    const tenant = await openLimited({ rateLimits: [{ limit: '12 requests', window: 'lifetime' }] });
    const first = await ask(tenant);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('12');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('11');
    const outcomes = await askAtOnce(tenant, 40);
    expect(countOf(outcomes, 200)).toBe(11);
    expect(countOf(outcomes, 429)).toBe(29);
    const refused = outcomes.find(({ status }) => status === 429);
    expect(refused?.code).toBe('rate_limit_exceeded');
    expect(refused?.headers.get('x-ratelimit-remaining-requests')).toBe('0');
  });

  test('counts for all keys of a team together', async () => {
    const team = uniqueName('team');
    const tenants = [await openLimited({}), await openLimited({})];
    await stack.commit([
      { putTeam: { name: team, spec: { rateLimits: [{ limit: '6 requests', window: 'hour' }] } } },
      ...tenants.map(({ keyName }) => putKey(keyName, { team })),
    ]);
    const outcomes = (await Promise.all(tenants.map((tenant) => askAtOnce(tenant, 10)))).flat();
    expect(countOf(outcomes, 200)).toBe(6);
  });

  test('in shadow mode refuses nobody', async () => {
    const tenant = await openLimited({ rateLimits: [{ limit: '1 requests', window: 'day', mode: 'SHADOW' }] });
    expect(countOf(await askAtOnce(tenant, 5), 200)).toBe(5);
  });
});

test('a limit of concurrent requests has room again once one is over', async () => {
  const tenant = await openLimited({ rateLimits: [{ limit: '2 concurrent' }] }, { latencyMs: 300 });
  expect(countOf(await askAtOnce(tenant, 6), 200)).toBe(2);
  expect(countOf(await askAtOnce(tenant, 2), 200)).toBe(2);
});

test('a budget for so many requests is spent to the last nano-USD and no further', async () => {
  const tenant = await openLimited({});
  const { headers } = await ask(tenant);
  const record = await stack.waitForRecord(headers.get('x-tollgate-request-id'));
  const cost = BigInt(record.costNanoUsd ?? 0);
  expect(cost).toBeGreaterThan(0n);
  const limit = `${(Number(cost * 15n) / 1e9).toFixed(9)} USD`;
  await stack.commit([putKey(tenant.keyName, { budgets: [{ limit, window: 'lifetime' }] })]);
  const outcomes = await askAtOnce(tenant, 50);
  expect(countOf(outcomes, 200)).toBe(15);
  expect(outcomes.find(({ status }) => status === 429)?.code).toBe('budget_exceeded');
});

test('a budget with hardStop ends a stream that outgrows it, as a regular end, and the ledger says why', async () => {
  const streamed = 2_000;
  const tenant = await openLimited({}, { tokens: streamed, chunkIntervalMs: 2 });
  // A short answer first, so that the model is known for those; the stream is not expected to take more.
  const { headers } = await ask(tenant);
  const { costNanoUsd } = await stack.waitForRecord(headers.get('x-tollgate-request-id'));
  const budget = 15n * BigInt(costNanoUsd ?? 0);
  const limit = `${(Number(budget) / 1e9).toFixed(9)} USD`;
  await stack.commit([putKey(tenant.keyName, { budgets: [{ limit, window: 'lifetime', hardStop: true }] })]);
  const { messages } = BODY;
  const body = { model: tenant.model, messages, stream: true as const, stream_options: { include_usage: true } };
  const { data, response } = await tenant.client.chat.completions.create(body).withResponse();
  const chunks = [];
  for await (const chunk of data) chunks.push(chunk);
  const ends = chunks.flatMap(({ choices }) => choices.flatMap(({ finish_reason: reason }) => reason ?? []));
  expect(ends).toEqual(['length']);
  expect(chunks).toContainEqual(
    expect.objectContaining({ tollgate: { stopped: expect.objectContaining({ code: 'budget_exceeded' }) } }),
  );
  const record = await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
  expect(record).toMatchObject({ cause: 'quota_exhausted', status: 200, errorCode: 'budget_exceeded' });
  expect(chunks.at(-1)?.usage?.completion_tokens).toBe(record.tokensOutput);
  expect(record.tokensOutput).toBeGreaterThan(100);
  expect(record.tokensOutput).toBeLessThan(streamed / 2);
  expect(BigInt(record.costNanoUsd ?? 0)).toBeLessThan(2n * budget);
});
