import { APIError } from 'openai';
import { expect, inject, test } from 'vitest';
import { connectStack } from '../support/stack.ts';
import { putKey, putModel, putProvider, sdkClient, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));
const BODY = { messages: [{ role: 'user' as const, content: 'Hello' }], max_tokens: 10 };
const ROOM = 3;

async function settledOf(field: 'provider' | 'model', name: string): Promise<number> {
  const query = `query ($name: String!) { ${field}(name: $name) { quotas { settled } } }`;
  type Answer = Record<string, { readonly quotas: readonly { readonly settled: string }[] }>;
  return Number((await stack.graphql<Answer>(query, { name }))[field]?.quotas[0]?.settled);
}

/** The entities whose quotas a request was charged to. */
async function chargedOf(id: string): Promise<string[]> {
  const query = 'query ($ids: [String!]) { requests(filter: { ids: $ids }) { edges { node { charges { quota } } } } }';
  type Node = { readonly charges: readonly { readonly quota: string }[] };
  type Answer = { readonly requests: { readonly edges: readonly { readonly node: Node }[] } };
  const { edges } = (await stack.graphql<Answer>(query, { ids: [id] })).requests;
  return edges.flatMap(({ node }) => node.charges.map(({ quota }) => quota.split('#')[0] ?? ''));
}

test('a fallback is let through by the quotas of its own model and provider and counted by them; the client then gets the failure that it was for', async () => {
  const [broken, spare, failing, stepping, key] = ['broken', 'spare', 'failing', 'stepping', 'key'].map(uniqueName) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const perRequest = { limit: '100 requests', window: 'lifetime' };
  const { issuedSecrets } = await stack.commit([
    putProvider(broken, { type: 'mock', rateLimits: [perRequest] }),
    putProvider(spare, { type: 'mock', rateLimits: [{ limit: `${ROOM} requests`, window: 'lifetime' }] }),
    putModel(stepping, {
      deployments: [{ name: 'spare', provider: spare, model: 'demo', mock: { tokens: 10 } }],
      rateLimits: [perRequest],
    }),
    putModel(failing, {
      deployments: [
        {
          name: 'broken',
          provider: broken,
          model: 'demo',
          mock: { failures: [{ kind: 'status', status: 503, rate: 1 }] },
        },
      ],
      fallbacks: [stepping],
      routing: { retries: 0, cooldown: { enabled: false } },
      rateLimits: [perRequest],
    }),
    putKey(key, { models: [failing, stepping], rateLimits: [perRequest, { limit: '1 concurrent' }] }),
  ]);
  const client = sdkClient(stack.gatewayUrl, issuedSecrets[0]?.secret ?? '');

  let last = '';
  for (let index = 0; index < ROOM; index += 1) {
    const { response } = await client.chat.completions.create({ model: failing, ...BODY }).withResponse();
    expect(response.headers.get('x-tollgate-model')).toBe(stepping);
    last = response.headers.get('x-tollgate-request-id') ?? '';
  }
  await stack.waitForRecord(last);
  expect((await chargedOf(last)).sort()).toEqual(
    [`provider:${broken}`, `provider:${spare}`, `model:${failing}`, `model:${stepping}`, `virtual-key:${key}`].sort(),
  );

  const refused = await client.chat.completions.create({ model: failing, ...BODY }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(APIError);
  expect(refused).toMatchObject({ status: 503 });

  await waitFor(
    'the quotas to be told of the last request',
    async () => (await settledOf('model', failing)) === ROOM + 1,
  );
  expect(await settledOf('provider', broken)).toBe(ROOM + 1);
  expect(await settledOf('model', stepping)).toBe(ROOM);
  expect(await settledOf('provider', spare)).toBe(ROOM);
});

test('what a provider has no room for goes to another provider of the model; without one it is refused', async () => {
  const [small, large, model, lone, key] = ['small', 'large', 'model', 'lone', 'key'].map(uniqueName) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const at = (provider: string, order: number) => ({
    name: provider,
    provider,
    model: 'demo',
    order,
    mock: { tokens: 10 },
  });
  const { issuedSecrets } = await stack.commit([
    putProvider(small, { type: 'mock', rateLimits: [{ limit: `${ROOM} requests`, window: 'lifetime' }] }),
    putProvider(large, { type: 'mock' }),
    putModel(model, { deployments: [at(small, 1), at(large, 2)] }),
    putModel(lone, { deployments: [at(small, 1)] }),
    putKey(key, { models: [model, lone] }),
  ]);
  const client = sdkClient(stack.gatewayUrl, issuedSecrets[0]?.secret ?? '');
  const deployments: (string | null)[] = [];
  for (let index = 0; index < ROOM + 2; index += 1) {
    const { response } = await client.chat.completions.create({ model, ...BODY }).withResponse();
    deployments.push(response.headers.get('x-tollgate-deployment'));
  }
  expect(deployments).toEqual([small, small, small, large, large]);
  const refused = await client.chat.completions.create({ model: lone, ...BODY }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
  await waitFor('the quota to be told', async () => (await settledOf('provider', small)) === ROOM);
});
