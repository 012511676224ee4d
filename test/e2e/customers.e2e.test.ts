import { END_USER_CHARACTERS_MAX } from '@tollgate/schema';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { completion } from '../support/chunks.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer } from '../support/provider-scripts.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, type Tenant, uniqueName } from '../support/tenant.ts';

const stack = connectStack(inject('stack'));
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const HEADER = 'x-tollgate-customer';

let provider: Provider;
let tenant: Tenant;
beforeAll(async () => {
  provider = await startProvider();
  provider.play(answer(200, completion('x')));
  tenant = await openTenant(stack, { type: 'vllm', baseUrl: provider.baseUrl });
});
afterAll(() => provider.close());

async function openCustomer(spec: object = {}): Promise<string> {
  const name = uniqueName('customer');
  const rateLimits = [{ limit: '2 requests', window: 'lifetime' }];
  await stack.commit([{ putCustomer: { name, spec: { rateLimits, ...spec } } }]);
  return name;
}

type Named = { readonly header?: string; readonly user?: string };

function ask({ header, user }: Named, { client, model } = tenant) {
  const headers = header === undefined ? {} : { [HEADER]: header };
  const body = { model, messages: MESSAGES, ...(user !== undefined && { user }) };
  return client.chat.completions.create(body, { headers }).asResponse();
}

const statusOf = (named: Named, of = tenant): Promise<number> =>
  ask(named, of).then(
    ({ status }) => status,
    ({ status }: { status: number }) => status,
  );

describe('a request that names its customer in the header', () => {
  test('counts for the quotas of that customer, as one that names it as its user', async () => {
    const customer = await openCustomer();
    expect(await statusOf({ header: customer })).toBe(200);
    expect(await statusOf({ user: customer })).toBe(200);
    expect(await statusOf({ header: customer })).toBe(429);
    expect(await statusOf({ user: customer })).toBe(429);
    expect(await statusOf({})).toBe(200);
  });

  test('counts for that one alone, whoever its user is, and is recorded as its', async () => {
    const [one, other] = [await openCustomer(), await openCustomer()];
    for (let index = 0; index < 2; index += 1) {
      const { headers } = await ask({ header: one, user: other });
      expect(await stack.waitForRecord(headers.get('x-tollgate-request-id'))).toMatchObject({ endUser: one });
    }
    expect(await statusOf({ header: one, user: other })).toBe(429);
    expect(await statusOf({ user: other })).toBe(200);
  });

  test('of whom nothing is declared is limited by nothing, and recorded all the same, cut to what is kept of a name', async () => {
    const { headers } = await ask({ header: 'n'.repeat(END_USER_CHARACTERS_MAX + 50), user: await openCustomer() });
    expect(await stack.waitForRecord(headers.get('x-tollgate-request-id'))).toMatchObject({
      endUser: 'n'.repeat(END_USER_CHARACTERS_MAX),
    });
  });

  test('does not speak for the customers of another organization, and not for others with a customer’s own key', async () => {
    const organization = uniqueName('organization');
    await stack.commit([{ putOrganization: { name: organization, spec: {} } }]);
    const far = await openCustomer({ organization });
    for (let index = 0; index < 3; index += 1) expect(await statusOf({ header: far })).toBe(200);
    const [own, other] = [await openCustomer(), await openCustomer()];
    const bound = await openTenant(stack, { type: 'mock' });
    await stack.commit([putKey(bound.keyName, { customer: own })]);
    expect(await statusOf({ header: other }, bound)).toBe(200);
    expect(await statusOf({ header: other }, bound)).toBe(200);
    expect(await statusOf({ header: other }, bound)).toBe(429);
    expect(await statusOf({ header: other })).toBe(200);
  });

  test('does not tell its provider', async () => {
    const customer = await openCustomer();
    await ask({ header: customer });
    const { rawHeaders, body } = provider.lastCall();
    expect(`${rawHeaders.join('\n')}\n${body.toString()}`).not.toContain(customer);
  });
});
