import { APIError } from 'openai';
import { expect, inject, test } from 'vitest';
import { quotaStateOf } from '../support/quota-state.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, type Tenant } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));
const LIMIT = 3;

async function ask({ client, model }: Tenant): Promise<{ readonly status: number; readonly id: string | null }> {
  try {
    const { response } = await client.chat.completions
      .create({ model, messages: [{ role: 'user', content: 'Hello' }] })
      .withResponse();
    return { status: response.status, id: response.headers.get('x-tollgate-request-id') };
  } catch (error) {
    if (error instanceof APIError && error.status !== undefined) return { status: error.status, id: null };
    throw error;
  }
}

test('what requests were charged is on record and in the quota; what is given back can be asked for again', async () => {
  const tenant = await openTenant(stack, { type: 'mock', mock: { tokens: 5 } });
  const { keyName } = tenant;
  await stack.commit([putKey(keyName, { rateLimits: [{ limit: `${LIMIT} requests`, window: 'lifetime' }] })]);
  const id = `virtual-key:${keyName}#requests/lifetime`;
  const outcomes = await Promise.all(Array.from({ length: 2 * LIMIT }, () => ask(tenant)));
  const answered = outcomes.filter(({ status }) => status === 200);
  expect(answered).toHaveLength(LIMIT);
  await waitFor('the quota to be told', async () => (await quotaStateOf(stack, keyName))?.settled === String(LIMIT));
  expect(await quotaStateOf(stack, keyName)).toEqual({ settled: String(LIMIT), leased: '0', remaining: '0' });

  await stack.waitForRecord(answered[0]?.id);
  const query =
    'query ($ids: [String!]) { requests(filter: { ids: $ids }) { edges { node { charges { quota slot amount } } } } }';
  const charges = [{ quota: id, slot: '1970-01-01T00:00:00.000Z', amount: '1' }];
  expect(await stack.graphql(query, { ids: [answered[0]?.id] })).toEqual({
    requests: { edges: [{ node: { charges } }] },
  });

  expect((await ask(tenant)).status).toBe(429);
  const adjust = 'mutation ($id: ID!) { adjustQuota(id: $id, amount: "1", reason: "a gift") { quota { remaining } } }';
  expect(await stack.graphql(adjust, { id })).toEqual({ adjustQuota: { quota: { remaining: '1' } } });
  await waitFor('the next request to be answered', async () => (await ask(tenant)).status === 200);
  expect((await ask(tenant)).status).toBe(429);
});
