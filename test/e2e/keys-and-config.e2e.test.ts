import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { completion } from '../support/chunks.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer } from '../support/provider-scripts.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, putProvider, sdkClient, type Tenant, uniqueName } from '../support/tenant.ts';
import { requestPage } from '../support/usage-queries.ts';
import { waitFor } from '../support/wait-for.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello there' }];

const stack = connectStack(inject('stack'));

const ask = ({ client, model }: Pick<Tenant, 'client' | 'model'>) =>
  client.chat.completions.create({ model, messages: MESSAGES }).withResponse();

describe('blocking a key', () => {
  test('refuses it from the acknowledged revision on, and unblocking takes it again', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    await ask(tenant);
    const blocked = await stack.commit([{ blockVirtualKey: { name: tenant.keyName } }]);
    expect(blocked.revision).toBeGreaterThan(tenant.revision);
    await expect(ask(tenant)).rejects.toMatchObject({ status: 401, code: 'api_key_blocked' });
    const { revision } = await stack.commit([{ unblockVirtualKey: { name: tenant.keyName } }]);
    expect((await ask(tenant)).response.headers.get('x-tollgate-revision')).toBe(String(revision));
  });

  test('a deleted key is unknown, and its requests stay in the records', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    const { response } = await ask(tenant);
    await stack.commit([{ delete: { kind: 'VIRTUAL_KEY', name: tenant.keyName } }]);
    await expect(ask(tenant)).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect((await stack.waitForRecord(response.headers.get('x-tollgate-request-id'))).key).toBe(tenant.keyName);
  });
});

describe('changing a model', () => {
  test('takes effect for the next request, which names the new revision and deployment', async () => {
    const tenant = await openTenant(stack, { type: 'mock', mock: { text: 'before' } });
    const first = await ask(tenant);
    expect(first.data.choices[0]?.message.content).toBe('before');
    const deployment = { name: 'second', provider: tenant.providerName, model: 'mock-2', mock: { text: 'after' } };
    const { revision } = await stack.commit([putModel(tenant.model, { deployments: [deployment] })]);
    const second = await ask(tenant);
    expect(second.data.choices[0]?.message.content).toBe('after');
    expect(second.response.headers.get('x-tollgate-deployment')).toBe('second');
    const rows = await Promise.all(
      [first, second].map(({ response }) => stack.waitForRecord(response.headers.get('x-tollgate-request-id'))),
    );
    expect(rows.map((row) => row.revision)).toEqual([tenant.revision, revision]);
    expect(rows[1]).toMatchObject({ deployment: 'second', upstreamModel: 'mock-2' });
  });

  test('splits the traffic by weight and leaves out a weight of 0', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    const deployments = [
      ['often', 3],
      ['seldom', 1],
      ['never', 0],
    ].map(([name, weight]) => ({ name, weight, provider: tenant.providerName, model: 'm' }));
    await stack.commit([putModel(tenant.model, { deployments })]);
    const counts: Record<string, number> = {};
    for (let index = 0; index < 200; index += 1) {
      const name = (await ask(tenant)).response.headers.get('x-tollgate-deployment') ?? '';
      counts[name] = (counts[name] ?? 0) + 1;
    }
    // 150 of 200 are to be expected; outside of these bounds lies one run in some millions.
    expect(counts['often']).toBeGreaterThan(115);
    expect(counts['often']).toBeLessThan(182);
    expect(counts['seldom']).toBe(200 - (counts['often'] ?? 0));
    expect(counts['never']).toBeUndefined();
  });

  test('a wildcard model sends what was asked for under its own name', async () => {
    const provider = await startProvider();
    provider.play(answer(200, completion('wild')));
    const tenant = await openTenant(stack, { type: 'vllm', baseUrl: provider.baseUrl });
    const prefix = uniqueName('wild');
    await stack.commit([putModel(`${prefix}/*`, { deployments: [{ provider: tenant.providerName, model: 'org/*' }] })]);
    const { response } = await ask({ client: tenant.client, model: `${prefix}/llama-3` });
    expect(JSON.parse(provider.lastCall().body.toString())).toMatchObject({ model: 'org/llama-3' });
    expect(await stack.waitForRecord(response.headers.get('x-tollgate-request-id'))).toMatchObject({
      model: `${prefix}/llama-3`,
      upstreamModel: 'org/llama-3',
    });
    await provider.close();
  });

  test('a change set with one wrong change changes nothing', async () => {
    const tenant = await openTenant(stack, { type: 'mock', mock: { text: 'kept' } });
    const { revision: before } = await stack.graphql<{ revision: number }>('{ revision }');
    const good = putModel(tenant.model, {
      deployments: [{ provider: tenant.providerName, model: 'm', mock: { text: 'new' } }],
    });
    await expect(
      stack.commit([good, putModel(uniqueName('bad'), { deployments: [{ provider: 'nobody', model: 'm' }] })]),
    ).rejects.toThrow('unknown_reference');
    expect((await stack.graphql<{ revision: number }>('{ revision }')).revision).toBe(before);
    expect((await ask(tenant)).data.choices[0]?.message.content).toBe('kept');
  });
});

describe('usage', () => {
  const COUNT = 25;
  let tenant: Tenant;
  let failing: Tenant;
  const team = uniqueName('team');

  beforeAll(async () => {
    tenant = await openTenant(stack, { type: 'mock', mock: { text: 'a b c', tokens: 3 } });
    failing = await openTenant(stack, {
      type: 'mock',
      mock: { failures: [{ kind: 'status', rate: 0.5, status: 500 }] },
    });
    await stack.commit([
      { putTeam: { name: team, spec: {} } },
      putKey(tenant.keyName, { team }),
      putKey(failing.keyName, { team }),
    ]);
    for (let index = 0; index < COUNT; index += 1) await ask(tenant);
    for (let index = 0; index < 4; index += 1) await ask(failing).catch(() => {});
    await waitFor(
      'all rows',
      async () => (await stack.usageRequests({ keys: [tenant.keyName, failing.keyName] })).length === COUNT + 4,
    );
  });

  type Sums = {
    key: string;
    cause: string;
    requests: number;
    failedRequests: number;
    tokensInput: number;
    tokensOutput: number;
    costNanoUsd: string;
    team: string;
  };
  const USAGE = `query ($from: DateTime!, $to: DateTime!, $filter: UsageFilter, $bucket: UsageBucket, $groupBy: [UsageDimension!]!) {
    usage(from: $from, to: $to, filter: $filter, bucket: $bucket, groupBy: $groupBy) {
      bucketStart key cause team requests failedRequests unpricedRequests tokensInput tokensOutput costNanoUsd } }`;
  const askUsage = async (more: object) => {
    const from = new Date(Date.now() - 86_400_000).toISOString();
    const to = new Date(Date.now() + 86_400_000).toISOString();
    return (await stack.graphql<{ usage: Sums[] }>(USAGE, { from, to, groupBy: [], ...more })).usage;
  };

  test('sums agree with the rows they are sums of', async () => {
    const rows = await stack.usageRequests({ keys: [tenant.keyName] });
    const sum = (read: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + read(row), 0);
    const [sums, ...more] = await askUsage({ filter: { keys: [tenant.keyName] } });
    expect(more).toEqual([]);
    expect(sums).toMatchObject({
      requests: COUNT,
      failedRequests: 0,
      tokensInput: sum((row) => row.tokensInput),
      tokensOutput: 3 * COUNT,
      costNanoUsd: String(sum((row) => Number(row.costNanoUsd))),
    });
  });

  test('groups by key and cause, filters by team, and time buckets add up to the whole', async () => {
    const groups = await askUsage({ filter: { teams: [team] }, groupBy: ['KEY', 'CAUSE'] });
    const byName = groups.map(({ key, cause, requests, failedRequests }) => [key, cause, requests, failedRequests]);
    expect(byName.sort()).toEqual(
      [
        [tenant.keyName, 'completed', COUNT, 0],
        [failing.keyName, 'completed', 2, 0],
        [failing.keyName, 'upstream_error', 2, 2],
      ].sort(),
    );
    const buckets = await askUsage({ filter: { teams: [team] }, bucket: 'MINUTE' });
    expect(buckets.reduce((total, { requests }) => total + requests, 0)).toBe(COUNT + 4);
  });

  test.each([1, 7, 25, 100])('pages of %i walk all rows, each once, newest first', async (first) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await requestPage(stack.graphql, { filter: { keys: [tenant.keyName] }, first, after });
      expect(page.edges.length).toBeLessThanOrEqual(first);
      seen.push(...page.edges.map(({ node }) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toHaveLength(COUNT);
    expect(new Set(seen).size).toBe(COUNT);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  test('what nobody may see is not shown without the admin token', async () => {
    const query = '{ requests { edges { node { id } } } }';
    const response = await fetch(`${stack.controlUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

describe('a provider whose address changes', () => {
  let [first, second]: Provider[] = [];
  beforeAll(async () => {
    [first, second] = await Promise.all([startProvider(), startProvider()]);
  });
  afterAll(async () => {
    await Promise.all([first?.close(), second?.close()]);
  });

  test('is called at the new one, with its new credential, from the next request on', async () => {
    if (first === undefined || second === undefined) throw new Error('no providers');
    for (const provider of [first, second]) provider.play(answer(200, completion('x')));
    const tenant = await openTenant(stack, { type: 'openai', baseUrl: first.baseUrl, apiKey: 'credential-number-one' });
    await ask(tenant);
    await stack.commit([
      putProvider(tenant.providerName, {
        type: 'openai',
        baseUrl: second.baseUrl,
        apiKey: { value: 'credential-number-two' },
      }),
    ]);
    await ask(tenant);
    expect(first.calls).toHaveLength(1);
    expect(second.lastCall().headers.authorization).toBe('Bearer credential-number-two');
  });

  test('keys in x-api-key and api-key are taken as well', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    for (const header of ['x-api-key', 'api-key']) {
      const response = await fetch(`${stack.gatewayUrl}/v1/models`, { headers: { [header]: tenant.secret } });
      expect(response.status).toBe(200);
    }
    await expect(sdkClient(stack.gatewayUrl, `${tenant.secret}x`).models.list()).rejects.toMatchObject({ status: 401 });
  });
});
