import { expect, inject, test } from 'vitest';
import { expectedCostNanoUsd } from '../support/prices.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, uniqueName } from '../support/tenant.ts';
import type { RequestRow } from '../support/usage-queries.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));
const MESSAGES = [{ role: 'user' as const, content: 'Hello there' }];

type Charged = {
  readonly edges: readonly { readonly node: { readonly mirrorOf: string | null; readonly id: string } }[];
};

/** A model that is copied to another one as a whole, with a key that may use the first alone and may make so many requests. */
async function openMirrored(mirrorMock: object, requests: number) {
  const tenant = await openTenant(stack, { type: 'mock' });
  const [model, copies] = [uniqueName('mirrored'), uniqueName('copies')];
  const at = { provider: tenant.providerName, model: 'demo' };
  await stack.commit([
    putModel(copies, { deployments: [{ ...at, name: 'there', mock: mirrorMock }] }),
    putModel(model, {
      deployments: [{ ...at, name: 'here', mock: { tokens: 5 } }],
      mirror: { model: copies, percent: 100 },
    }),
    putKey(tenant.keyName, { models: [model], rateLimits: [{ limit: `${requests} requests`, window: 'lifetime' }] }),
  ]);
  return { ...tenant, model, copies };
}

async function copyOf(id: string, copies: string): Promise<RequestRow> {
  const query = 'query ($filter: RequestFilter) { requests(filter: $filter) { edges { node { id mirrorOf } } } }';
  const copyId = await waitFor(`the row of the copy of ${id}`, async () => {
    const { requests } = await stack.graphql<{ requests: Charged }>(query, { filter: { models: [copies] } });
    return requests.edges.find(({ node }) => node.mirrorOf === id)?.node.id;
  });
  return stack.waitForRecord(copyId);
}

test.each([false, true])(
  'a copy has a row of its own, is charged, and the client notices nothing of it (stream: %s)',
  async (stream) => {
    const { client, model, copies, keyName } = await openMirrored({ tokens: 9 }, 2);
    const { data, response } = await client.chat.completions
      .create({ model, messages: MESSAGES, stream })
      .withResponse();
    let pieces = 0;
    if ('choices' in data) expect(data.usage?.completion_tokens).toBe(5);
    else for await (const chunk of data) pieces += chunk.choices[0]?.delta.content ? 1 : 0;
    expect(pieces).toBe(stream ? 5 : 0);
    expect(response.headers.get('x-tollgate-model')).toBe(model);
    const id = response.headers.get('x-tollgate-request-id') ?? '';
    const copy = await copyOf(id, copies);
    expect(await stack.waitForRecord(id)).toMatchObject({ model, deployment: 'here', tokensOutput: 5, attempts: 1 });
    expect(copy).toMatchObject({
      model: copies,
      key: keyName,
      stream,
      cause: 'completed',
      tokensOutput: 9,
      attempts: 1,
    });
    expect(copy.costNanoUsd).toBe(expectedCostNanoUsd(copy));
    const explain = 'query ($id: ID!) { explainRequest(id: $id) { summary quotas { amount } } }';
    expect(await stack.graphql(explain, { id: copy.id })).toMatchObject({
      explainRequest: { summary: expect.stringContaining(`a copy of ${id}`), quotas: [{ amount: '1' }] },
    });

    // The two requests that the key had are used up: the next is refused, and so is not copied.
    const refused = client.chat.completions.create({ model, messages: MESSAGES });
    await expect(refused).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
  },
);

test('a mirror that fails, or that has no room in a quota, is counted, and no client is told', async () => {
  const { client, model, copies } = await openMirrored({ failures: [{ kind: 'status', status: 500, rate: 1 }] }, 3);
  const ask = async () =>
    (await client.chat.completions.create({ model, messages: MESSAGES }).withResponse()).response.headers.get(
      'x-tollgate-request-id',
    ) ?? '';
  const first = await ask();
  expect(await copyOf(first, copies)).toMatchObject({ cause: 'upstream_error', status: 500, costNanoUsd: '0' });
  await ask();
  await waitFor('both copies to be counted', async () => {
    const metrics = await (await fetch(`${stack.gatewayUrl}/metrics`)).text();
    const lines = metrics
      .split('\n')
      .filter((line) => line.startsWith('tollgate_mirrors_total') && line.includes(copies));
    return ['upstream_error', 'no_quota'].every((outcome) =>
      lines.some((line) => line.includes(`outcome="${outcome}"`) && line.endsWith(' 1')),
    );
  });
});

test('a mirror to the model itself, or to one that is not there, is refused with path and reason', async () => {
  const { providerName } = await openTenant(stack, { type: 'mock' });
  const name = uniqueName('mirrored');
  const mirrored = (model: string) =>
    putModel(name, { deployments: [{ provider: providerName, model: 'demo' }], mirror: { model, percent: 10 } });
  await expect(stack.commit([mirrored(name)])).rejects.toThrow(/name another model","path":"[^"]*mirror\.model"/);
  await expect(stack.commit([mirrored('nowhere')])).rejects.toThrow(/"path":"[^"]*mirror\.model"/);
});
