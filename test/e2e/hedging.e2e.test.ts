import { expect, inject, onTestFinished, test } from 'vitest';
import { expectedCostNanoUsd } from '../support/prices.ts';
import { startProvider } from '../support/provider.ts';
import { stream as streamed } from '../support/provider-scripts.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, putProvider, type Tenant, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));
const MESSAGES = [{ role: 'user' as const, content: 'Hello there' }];
const TOKENS = 7;

type Quota = { readonly id: string; readonly settled: string; readonly leased: string };

async function quotasOf(keyName: string): Promise<ReadonlyMap<string, Quota>> {
  const query = 'query ($name: String!) { virtualKey(name: $name) { quotas { id settled leased } } }';
  type Answer = { readonly virtualKey: { readonly quotas: readonly Quota[] } };
  const { quotas } = (await stack.graphql<Answer>(query, { name: keyName })).virtualKey;
  return new Map(quotas.map((quota) => [quota.id, quota]));
}

/** A model whose first deployment answers after ten minutes and whose other one at once, and a key with a budget and so many requests. */
async function openHedged(requests: number): Promise<Tenant & { readonly hedged: string }> {
  const tenant = await openTenant(stack, { type: 'mock' });
  const hedged = uniqueName('hedged');
  const at = { provider: tenant.providerName, model: 'demo' };
  await stack.commit([
    putModel(hedged, {
      deployments: [
        // So much heavier that it is always chosen first.
        { ...at, name: 'slow', weight: 1_000_000, mock: { latencyMs: 600_000 } },
        { ...at, name: 'fast', weight: 0.000001, mock: { tokens: TOKENS } },
      ],
      routing: { hedgeAfter: '100ms', timeouts: { total: '15s' } },
    }),
    putKey(tenant.keyName, {
      budgets: [{ limit: '1 USD', window: 'lifetime' }],
      rateLimits: [{ limit: `${requests} requests`, window: 'lifetime' }, { limit: '2 concurrent' }],
    }),
  ]);
  return { ...tenant, hedged };
}

test.each([false, true])(
  'a slow deployment is hedged by a fast one; the row tells of both, and the budget is charged for both (stream: %s)',
  async (stream) => {
    const { client, hedged: model, keyName } = await openHedged(2);
    const asking = client.chat.completions.create({ model, messages: MESSAGES, stream });
    const { data, response } = await asking.withResponse();
    let pieces = 0;
    if ('choices' in data) expect(data.usage?.completion_tokens).toBe(TOKENS);
    else for await (const chunk of data) pieces += chunk.choices[0]?.delta.content ? 1 : 0;
    expect(pieces).toBe(stream ? TOKENS : 0);
    expect(response.headers.get('x-tollgate-deployment')).toBe('fast');
    expect(response.headers.get('x-tollgate-attempts')).toBe('2');

    const id = response.headers.get('x-tollgate-request-id');
    const row = await stack.waitForRecord(id);
    expect(row).toMatchObject({
      deployment: 'fast',
      cause: 'completed',
      attempts: 2,
      usageSource: 'estimated',
      attemptDetails: [
        { deployment: 'slow', reason: 'first', cause: 'cancelled' },
        { deployment: 'fast', reason: 'hedge', cause: 'completed', status: 200 },
      ],
    });
    const costs = row.attemptDetails.map(({ costNanoUsd }) => Number(costNanoUsd));
    expect(Math.min(...costs)).toBeGreaterThan(0);
    expect(row.costNanoUsd).toBe(expectedCostNanoUsd(row));
    expect(Number(row.costNanoUsd)).toBe(costs.reduce((sum, cost) => sum + cost, 0));

    const spent = { settled: row.costNanoUsd, leased: expect.any(String) };
    await waitFor('the quotas to be told', async () => {
      const quotas = await quotasOf(keyName);
      return quotas.get(`virtual-key:${keyName}#nano_usd/lifetime`)?.settled === row.costNanoUsd;
    });
    const quotas = await quotasOf(keyName);
    expect(quotas.get(`virtual-key:${keyName}#nano_usd/lifetime`)).toMatchObject(spent);
    expect(quotas.get(`virtual-key:${keyName}#requests/lifetime`)).toMatchObject({ settled: '2' });

    type Explained = { readonly explainRequest: { readonly summary: string; readonly policies: readonly object[] } };
    const explain = 'query ($id: ID!) { explainRequest(id: $id) { summary policies { hedgeAfterMs } } }';
    const { explainRequest } = await stack.graphql<Explained>(explain, { id });
    expect(explainRequest.policies).toEqual([{ hedgeAfterMs: 100 }]);
    expect(explainRequest.summary).toContain('as another answered first');
    expect(explainRequest.summary).toContain(', beside the first, which had not answered yet');
  },
);

test('of two providers on the network the one that says no more than the head of a stream is hung up on', async () => {
  const [silent, quick] = [await startProvider(), await startProvider()];
  onTestFinished(async () => {
    await Promise.all([silent.close(), quick.close()]);
  });
  silent.play((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
  });
  const frame = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  quick.play(streamed(Buffer.from(`${frame({ content: 'Hi' }, null)}${frame({}, 'stop')}data: [DONE]\n\n`)));
  const { client } = await openTenant(stack, { type: 'mock' });
  const [model, slowName, quickName] = [uniqueName('hedged'), uniqueName('silent'), uniqueName('quick')];
  const type = 'openai-compatible';
  await stack.commit([
    putProvider(slowName, { type, baseUrl: silent.baseUrl }),
    putProvider(quickName, { type, baseUrl: quick.baseUrl }),
    putModel(model, {
      deployments: [
        { provider: slowName, model: 'm', name: 'silent', weight: 1_000_000 },
        { provider: quickName, model: 'm', name: 'quick', weight: 0.000001 },
      ],
      routing: { hedgeAfter: '50ms' },
    }),
  ]);
  const asking = client.chat.completions.create({ model, messages: MESSAGES, stream: true });
  const { data, response } = await asking.withResponse();
  let text = '';
  for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe('Hi');
  expect((await silent.waitForAbort()).isAborted).toBe(true);
  expect([silent.calls.length, quick.calls.length]).toEqual([1, 1]);
  expect(quick.lastCall().body).toEqual(silent.lastCall().body);
  expect(await stack.waitForRecord(response.headers.get('x-tollgate-request-id'))).toMatchObject({
    attemptDetails: [
      { deployment: 'silent', cause: 'cancelled' },
      { deployment: 'quick', cause: 'completed' },
    ],
  });
});

test('without room for a second request none is made, and the first goes on alone', async () => {
  const { client, hedged: model, keyName } = await openHedged(1);
  await stack.commit([
    putModel(model, {
      deployments: [
        {
          provider: keyName,
          model: 'demo',
          name: 'slow',
          weight: 1_000_000,
          mock: { latencyMs: 1_000, tokens: TOKENS },
        },
        { provider: keyName, model: 'demo', name: 'fast', weight: 0.000001 },
      ],
      routing: { hedgeAfter: '50ms' },
    }),
  ]);
  const { response } = await client.chat.completions.create({ model, messages: MESSAGES }).withResponse();
  expect(response.headers.get('x-tollgate-deployment')).toBe('slow');
  const row = await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
  expect(row).toMatchObject({ attempts: 1, usageSource: 'provider', attemptDetails: [] });
});
