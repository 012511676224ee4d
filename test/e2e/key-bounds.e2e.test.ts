import { describe, expect, inject, test } from 'vitest';
import { type Change, connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, sdkClient, type Tenant, uniqueName } from '../support/tenant.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello there' }];

const stack = connectStack(inject('stack'));

const ask = ({ client, model }: Pick<Tenant, 'client' | 'model'>) =>
  client.chat.completions.create({ model, messages: MESSAGES }).withResponse();

/** A tenant on the mock provider whose key is bounded so; `before` is committed with it. */
async function openBounded(spec: object, ...before: readonly Change[]): Promise<Tenant> {
  const tenant = await openTenant(stack, { type: 'mock' });
  await stack.commit([...before, putKey(tenant.keyName, spec)]);
  return tenant;
}

describe('a key', () => {
  test.each([
    ['another route', { allowedRoutes: ['/v1/models'] }, 403, 'route_not_allowed'],
    ['another network', { allowedIps: ['203.0.113.0/24'] }, 403, 'address_not_allowed'],
    ['reading only', { type: 'READ_ONLY' }, 403, 'route_not_allowed'],
    ['management', { type: 'MANAGEMENT' }, 403, 'route_not_allowed'],
  ])('for %s is refused with what it lacks', async (_case, spec, status, code) => {
    await expect(ask(await openBounded(spec))).rejects.toMatchObject({ status, code });
  });

  test('within its bounds is served', async () => {
    const spec = { allowedRoutes: ['/v1/chat/*'], allowedIps: ['127.0.0.0/8', '::1'], type: 'INFERENCE' };
    expect((await ask(await openBounded(spec))).response.status).toBe(200);
  });

  test('for reading only lists models', async () => {
    const { client, model } = await openBounded({ type: 'READ_ONLY' });
    expect((await client.models.list()).data.map(({ id }) => id)).toContain(model);
  });

  test('that was rotated is served with both secrets within the time of grace, and with the new one alone after none', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    const rotate = async (grace?: string): Promise<Tenant> => {
      const { issuedSecrets } = await stack.commit([{ rotateVirtualKey: { name: tenant.keyName, grace } }]);
      const secret = issuedSecrets[0]?.secret ?? '';
      return { ...tenant, client: sdkClient(stack.gatewayUrl, secret) };
    };
    const second = await rotate('1h');
    for (const holder of [tenant, second]) expect((await ask(holder)).response.status).toBe(200);
    const third = await rotate();
    expect((await ask(third)).response.status).toBe(200);
    await expect(ask(second)).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  test.each(['Organization', 'Team', 'Project', 'User', 'Customer'])(
    'is refused while its %s is blocked',
    async (kind) => {
      const name = uniqueName('owner');
      const put = {
        Organization: [{ putOrganization: { name, spec: {} } }, { putTeam: { name, spec: { organization: name } } }],
        Team: [{ putTeam: { name, spec: {} } }],
        Project: [{ putTeam: { name, spec: {} } }, { putProject: { name, spec: { team: name } } }],
        User: [{ putUser: { name, spec: {} } }],
        Customer: [{ putCustomer: { name, spec: {} } }],
      }[kind] as readonly Change[];
      const field = kind === 'Organization' ? 'team' : kind.toLowerCase();
      const tenant = await openBounded({ [field]: name }, ...put);
      await stack.commit([{ [`block${kind}`]: { name } }]);
      await expect(ask(tenant)).rejects.toMatchObject({ status: 401, code: 'api_key_blocked' });
      await stack.commit([{ [`unblock${kind}`]: { name } }]);
      expect((await ask(tenant)).response.status).toBe(200);
    },
  );
});

describe('what a key may ask for', () => {
  test('is what its access groups and its organization have in common, by its name or an alias of it', async () => {
    const [group, organization, other, fast] = ['group', 'org', 'other', 'fast'].map(uniqueName) as [
      string,
      string,
      string,
      string,
    ];
    const base = await openTenant(stack, { type: 'mock' });
    const deployments = [{ provider: base.providerName, model: 'm' }];
    await stack.commit([
      putModel(other, { deployments }),
      { putAlias: { name: fast, spec: { model: base.model } } },
      { putAccessGroup: { name: group, spec: { models: [base.model, other] } } },
      { putOrganization: { name: organization, spec: { models: [base.model] } } },
      { putTeam: { name: organization, spec: { organization } } },
      putKey(base.keyName, { team: organization, accessGroups: [group] }),
    ]);
    expect((await ask(base)).response.headers.get('x-tollgate-model')).toBe(base.model);
    expect((await ask({ ...base, model: fast })).response.headers.get('x-tollgate-model')).toBe(fast);
    await expect(ask({ ...base, model: other })).rejects.toMatchObject({ status: 403, code: 'model_not_allowed' });
    expect((await base.client.models.list()).data.map(({ id }) => id)).toEqual([base.model, fast].sort());
  });

  test('and does not get is answered by the default model of its customer', async () => {
    const customer = uniqueName('customer');
    const tenant = await openTenant(stack, { type: 'mock' });
    const spec = { defaultModel: tenant.model };
    await stack.commit([{ putCustomer: { name: customer, spec } }, putKey(tenant.keyName, { customer })]);
    const { response } = await ask({ ...tenant, model: 'gpt-of-their-choice' });
    expect(response.headers.get('x-tollgate-model')).toBe(tenant.model);
  });
});
