import { beforeAll, describe, expect, inject, test } from 'vitest';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, putProvider, sdkClient, type Tenant, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const REQUESTS = 40;

type Fault = {
  readonly what: string;
  readonly failure: object;
  readonly stream: boolean;
  /** How many of the requests succeed when nothing is done about it. */
  readonly without: number;
};

const FAULTS: readonly Fault[] = [
  { what: '5xx', failure: { kind: 'status', status: 503 }, stream: false, without: 30 },
  { what: '5xx, streams', failure: { kind: 'status', status: 500 }, stream: true, without: 30 },
  {
    what: '429 with Retry-After',
    failure: { kind: 'status', status: 429, retryAfterSeconds: 30 },
    stream: false,
    without: 30,
  },
  { what: 'bursts of 5xx', failure: { kind: 'status', status: 502, burst: 5 }, stream: false, without: 30 },
  { what: 'resets before the answer', failure: { kind: 'reset' }, stream: false, without: 30 },
  {
    what: 'resets before the first chunk',
    failure: { kind: 'reset_mid_stream', afterChunks: 0 },
    stream: true,
    without: 30,
  },
  {
    what: 'resets in the middle of a whole answer',
    failure: { kind: 'reset_mid_stream', afterChunks: 1 },
    stream: false,
    without: 30,
  },
  { what: 'wrong content', failure: { kind: 'garbage' }, stream: false, without: 30 },
  { what: 'wrong content, streams', failure: { kind: 'garbage' }, stream: true, without: 30 },
  { what: 'silence', failure: { kind: 'hang' }, stream: false, without: 30 },
  { what: 'latency spikes', failure: { kind: 'latency', latencyMs: 600_000 }, stream: true, without: 30 },
];

let tenant: Tenant;
let provider: string;
beforeAll(async () => {
  tenant = await openTenant(stack, { type: 'mock' });
  provider = uniqueName('flaky');
  await stack.commit([putProvider(provider, { type: 'mock' })]);
});

const flaky = (failure: object) => ({
  name: 'flaky',
  provider,
  model: 'demo',
  mock: { tokens: 8, failures: [{ rate: 0.25, ...failure }] },
});
const spare = { name: 'spare', provider: '', model: 'demo', order: 2, mock: { tokens: 8 } };
const quick = { timeout: '200ms' };

async function successes(model: string, stream: boolean): Promise<number> {
  const client = sdkClient(stack.gatewayUrl, tenant.secret);
  let succeeded = 0;
  for (let index = 0; index < REQUESTS; index += 1) {
    const request = client.chat.completions.create({ model, messages: MESSAGES, stream });
    const isAnswered = await request.then(
      async (answer) => {
        if ('choices' in answer) return answer.choices[0]?.message.content !== '';
        let text = '';
        for await (const chunk of answer) text += chunk.choices[0]?.delta.content ?? '';
        return text !== '';
      },
      () => false,
    );
    if (isAnswered) succeeded += 1;
  }
  return succeeded;
}

describe(`of ${REQUESTS} requests to a provider a quarter of whose answers are faulty`, () => {
  test.each(FAULTS)('$what: $without succeed without the policy, all with it', async ({ failure, stream, without }) => {
    const [bare, resilient] = [uniqueName('bare'), uniqueName('resilient')];
    await stack.commit([
      putModel(bare, { deployments: [flaky(failure)], routing: quick }),
      putModel(resilient, {
        deployments: [flaky(failure), { ...spare, provider }],
        routing: { ...quick, retries: 1, backoff: { initial: '1ms', max: '5ms' } },
      }),
    ]);
    expect(await successes(bare, stream)).toBe(without);
    expect(await successes(resilient, stream)).toBe(REQUESTS);
    await waitFor('a row of each request', async () => {
      const rows = await stack.usageRequests({ models: [bare, resilient] });
      return new Set(rows.map(({ id }) => id)).size === 2 * REQUESTS && rows.length === 2 * REQUESTS;
    });
  });
});

test('what is known to be too long for a model goes to a larger one before any call', async () => {
  const [model, larger, upstream] = ['small', 'large', 'upstream'].map(uniqueName) as [string, string, string];
  await stack.commit([
    putModel(larger, { deployments: [{ name: 'large', provider, model: upstream }] }),
    putModel(model, {
      deployments: [{ name: 'small', provider, model: upstream, contextTokens: 500 }],
      contextFallbacks: [larger],
    }),
  ]);
  const client = sdkClient(stack.gatewayUrl, tenant.secret);
  const ask = async (content: string) => {
    const messages = [{ role: 'user' as const, content }];
    const { response } = await client.chat.completions.create({ model, messages, max_tokens: 5 }).withResponse();
    return stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
  };
  expect(await ask('short '.repeat(50))).toMatchObject({ model, deployment: 'small', attemptDetails: [] });
  expect(await ask('long '.repeat(1_000))).toMatchObject({
    model,
    deployment: 'large',
    attempts: 1,
    attemptDetails: [{ model: larger, reason: 'context_fallback', cause: 'completed' }],
  });
});

test('a fallback says who answered, and at which attempt, in the headers and in the one row', async () => {
  const [model, other] = [uniqueName('asked'), uniqueName('fallback')];
  await stack.commit([
    putModel(other, { deployments: [{ name: 'there', provider, model: 'demo' }] }),
    putModel(model, {
      deployments: [{ ...flaky({ kind: 'status', status: 500, rate: 1 }) }],
      routing: { retries: 2, backoff: { initial: '1ms' } },
      fallbacks: [other],
    }),
  ]);
  const client = sdkClient(stack.gatewayUrl, tenant.secret);
  const { response } = await client.chat.completions.create({ model, messages: MESSAGES }).withResponse();
  expect(response.headers.get('x-tollgate-model')).toBe(other);
  expect(response.headers.get('x-tollgate-deployment')).toBe('there');
  expect(response.headers.get('x-tollgate-attempts')).toBe('4');
  expect(await stack.waitForRecord(response.headers.get('x-tollgate-request-id'))).toMatchObject({
    model,
    deployment: 'there',
    attempts: 4,
    cause: 'completed',
    attemptDetails: [
      { model, deployment: 'flaky', reason: 'first', cause: 'upstream_error', status: 500, costNanoUsd: '0' },
      { model, deployment: 'flaky', reason: 'again', status: 500 },
      { model, deployment: 'flaky', reason: 'again', status: 500 },
      { model: other, deployment: 'there', reason: 'fallback', cause: 'completed', status: 200 },
    ],
  });
});

test('requests of one session go to one deployment, those of a key with tags to the deployments that have them', async () => {
  const [model, keyName] = [uniqueName('sticky'), uniqueName('eu')];
  const plain = ['a', 'b', 'c', 'd'].map((name) => ({ name, provider, model: 'demo' }));
  const { issuedSecrets } = await stack.commit([
    putModel(model, {
      deployments: [...plain, { name: 'eu', provider, model: 'demo', tags: ['eu'] }],
      routing: { strategy: 'ROUND_ROBIN', sticky: { by: 'HEADER', header: 'x-session-id' } },
    }),
    putKey(keyName, { tags: ['eu'] }),
  ]);
  const deploymentOf = async (secret: string, session?: string) => {
    const headers = session === undefined ? {} : { 'x-session-id': session };
    const { response } = await sdkClient(stack.gatewayUrl, secret)
      .chat.completions.create({ model, messages: MESSAGES }, { headers })
      .withResponse();
    return response.headers.get('x-tollgate-deployment');
  };
  const turns = [];
  for (let index = 0; index < 8; index += 1) turns.push(await deploymentOf(tenant.secret));
  expect(turns.slice(0, 4).sort()).toEqual(['a', 'b', 'c', 'd']);
  expect(new Set(turns).size).toBe(4);
  const bound = await deploymentOf(tenant.secret, 'session-1');
  for (let index = 0; index < 5; index += 1) expect(await deploymentOf(tenant.secret, 'session-1')).toBe(bound);
  expect(await deploymentOf(issuedSecrets[0]?.secret ?? '')).toBe('eu');
});

test('plans refuse fallbacks that do not exist or go in a circle, and routing that contradicts itself', async () => {
  const [a, b] = [uniqueName('a'), uniqueName('b')];
  const deployments = [{ provider, model: 'demo' }];
  const refused = (changes: readonly object[]) => stack.commit(changes as never).catch((error: Error) => error.message);
  expect(await refused([putModel(a, { deployments, fallbacks: ['no-such-model'] })])).toMatch(
    /fallbacks\[0\].*no-such-model|no-such-model.*fallbacks\[0\]/,
  );
  expect(
    await refused([putModel(a, { deployments, fallbacks: [b] }), putModel(b, { deployments, fallbacks: [a] })]),
  ).toMatch(/goes in a circle/);
  await stack.commit([putModel(a, { deployments }), putModel(b, { deployments, fallbacks: [a] })]);
  expect(await refused([putModel(a, { deployments, fallbacks: [b] })])).toMatch(/goes in a circle/);
  expect(await refused([putModel(a, { deployments, routing: { strategy: 'USAGE_AWARE' } })])).toMatch(
    /deployments\[0\].*rpm|rpm.*deployments\[0\]/,
  );
  expect(await refused([putModel(a, { deployments, routing: { backoff: { initial: '1s' } } })])).toMatch(
    /routing\.backoff/,
  );
});
