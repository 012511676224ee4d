import { beforeAll, describe, expect, inject, test } from 'vitest';
import { createGraphqlClient, type GraphqlClient } from '../support/graphql.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, type Tenant, uniqueName } from '../support/tenant.ts';
import { allRequests } from '../support/usage-queries.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));

const ask = (tenant: Tenant, more: object = {}) =>
  tenant.client.chat.completions
    .create({ model: tenant.model, messages: [{ role: 'user', content: 'Hello there' }], ...more })
    .withResponse();

/** An organization with everything that a key can belong to, and such a key. */
async function openOrganization() {
  const name = uniqueName('acme');
  const tenant = await openTenant(stack, { type: 'mock', mock: { tokens: 3 } });
  await stack.commit([
    { putOrganization: { name, spec: {} } },
    { putTeam: { name: `${name}-search`, spec: { organization: name } } },
    { putProject: { name: `${name}-ranking`, spec: { team: `${name}-search` } } },
    { putUser: { name: `${name}-ada`, spec: {} } },
    { putCustomer: { name: `${name}-shopper`, spec: { organization: name } } },
    putKey(tenant.keyName, {
      project: `${name}-ranking`,
      user: `${name}-ada`,
      customer: `${name}-shopper`,
    }),
  ]);
  return { name, tenant };
}

const OWNED = (name: string) => ({
  organization: name,
  team: `${name}-search`,
  project: `${name}-ranking`,
  user: `${name}-ada`,
  customer: `${name}-shopper`,
});

/** A client that may read the usage of an organization, and nothing else. */
async function openReader(organization: string): Promise<GraphqlClient> {
  const name = uniqueName('reader');
  await stack.commit([
    { putServiceAccount: { name, spec: {} } },
    {
      putRoleBinding: {
        name,
        spec: { subject: { serviceAccount: name }, role: 'BILLING_VIEWER', on: { organization } },
      },
    },
  ]);
  const { issueServiceToken } = await stack.graphql<{ issueServiceToken: { token: string } }>(
    `mutation ($name: String!) { issueServiceToken(serviceAccount: $name, scopes: [USAGE_READ]) { token } }`,
    { name },
  );
  return createGraphqlClient(stack.controlUrl, issueServiceToken.token);
}

const EXPLAIN = 'query ($id: ID!) { explainRequest(id: $id) { summary } }';

const USAGE = `query ($from: DateTime!, $to: DateTime!, $filter: UsageFilter, $groupBy: [UsageDimension!]!) {
  usage(from: $from, to: $to, filter: $filter, groupBy: $groupBy) {
    organization team project user customer endUser requests costNanoUsd } }`;

async function usage(graphql: GraphqlClient, groupBy: readonly string[], filter: object = {}) {
  const [from, to] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
  return (await graphql<{ usage: readonly object[] }>(USAGE, { from, to, groupBy, filter })).usage;
}

describe('a key of a project, a user and a customer', () => {
  let name: string;
  let tenant: Tenant;
  const endUser = uniqueName('visitor');
  beforeAll(async () => {
    ({ name, tenant } = await openOrganization());
    await ask(tenant, { user: endUser });
    await ask(tenant, { user: endUser });
    await ask(tenant, { safety_identifier: 'somebody\nelse' });
    await waitFor('all rows', async () => (await stack.usageRequests({ organizations: [name] })).length === 3);
  });

  test('is recorded with all that it belongs to, and with whom the request names', async () => {
    const rows = await stack.usageRequests({ keys: [tenant.keyName] });
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatchObject(OWNED(name));
    expect(rows.map((row) => row.endUser)).toEqual(['somebody\u{fffd}else', endUser, endUser]);
    expect(await stack.usageRequests({ endUsers: [endUser] })).toHaveLength(2);
  });

  test('is summed up by them', async () => {
    const groupBy = ['ORGANIZATION', 'TEAM', 'PROJECT', 'USER', 'CUSTOMER'];
    const none = { organization: null, team: null, project: null, user: null, customer: null, endUser: null };
    expect(await usage(stack.graphql, groupBy, { projects: [`${name}-ranking`] })).toMatchObject([
      { ...OWNED(name), endUser: null, requests: 3 },
    ]);
    expect(await usage(stack.graphql, ['END_USER'], { users: [`${name}-ada`] })).toMatchObject([
      { ...none, endUser: 'somebody\u{fffd}else', requests: 1 },
      { ...none, endUser, requests: 2 },
    ]);
    expect(await usage(stack.graphql, [], { customers: [`${name}-shopper`], endUsers: [endUser] })).toMatchObject([
      { requests: 2 },
    ]);
  });

  test('is refused where it names its user with what is no text', async () => {
    await expect(ask(tenant, { user: { id: 7 } })).rejects.toMatchObject({ status: 400, param: 'user' });
  });
});

describe('whoever reads the usage of an organization', () => {
  test('sees its own alone, also after its team and key are gone', async () => {
    const [own, other] = [await openOrganization(), await openOrganization()];
    for (const { tenant } of [own, other]) await ask(tenant);
    await waitFor('both rows', async () => {
      const rows = await stack.usageRequests({ organizations: [own.name, other.name] });
      return rows.length === 2;
    });
    const reader = await openReader(own.name);
    const seen = async () => ({
      rows: (await allRequests(reader, {})).map(({ key }) => key),
      ofOther: await allRequests(reader, { organizations: [other.name] }),
      sums: await usage(reader, ['ORGANIZATION']),
    });
    const expected = {
      rows: [own.tenant.keyName],
      ofOther: [],
      sums: [expect.objectContaining({ organization: own.name, requests: 1 })],
    };
    expect(await seen()).toEqual(expected);
    await stack.commit([
      { delete: { kind: 'VIRTUAL_KEY', name: own.tenant.keyName } },
      { delete: { kind: 'PROJECT', name: `${own.name}-ranking` } },
      { delete: { kind: 'TEAM', name: `${own.name}-search` } },
    ]);
    expect(await seen()).toEqual(expected);
  });

  test('has its own requests explained; of those of others, as of none, there is nothing to explain', async () => {
    const [own, other] = [await openOrganization(), await openOrganization()];
    const ids = [];
    for (const { tenant } of [own, other])
      ids.push((await ask(tenant)).response.headers.get('x-tollgate-request-id') ?? '');
    for (const id of ids) await stack.waitForRecord(id);
    const reader = await openReader(own.name);
    const explained = async (id: string) =>
      (await reader<{ explainRequest: object | null }>(EXPLAIN, { id })).explainRequest;
    const summary = expect.stringContaining(`The key ${own.tenant.keyName} of team ${own.name}-search asked for`);
    expect(await explained(ids[0] ?? '')).toEqual({ summary });
    expect(await explained(ids[1] ?? '')).toBeNull();
    expect(await explained('req_none')).toBeNull();
  });

  test('does not see what a team used that came from another organization', async () => {
    const { name, tenant } = await openOrganization();
    const next = uniqueName('globex');
    await ask(tenant);
    await stack.commit([
      { putOrganization: { name: next, spec: {} } },
      { putTeam: { name: `${name}-search`, spec: { organization: next } } },
      // A key's customer is of the key's organization.
      { putCustomer: { name: `${name}-shopper`, spec: { organization: next } } },
    ]);
    await ask(tenant);
    await waitFor('both rows', async () => (await stack.usageRequests({ keys: [tenant.keyName] })).length === 2);
    for (const organization of [name, next]) {
      const rows = await allRequests(await openReader(organization), { keys: [tenant.keyName] });
      expect(rows.map((row) => row.organization)).toEqual([organization]);
    }
  });
});
