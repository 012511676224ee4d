import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPlane, type RunningPostgres, startPlane, startPostgres } from '@tollgate/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectStack, type Stack, type StartedStack, startStack } from '../support/stack.ts';
import { openTenant, sdkClient, type Tenant } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

/** Tests here stop parts of the stack, so they have one of their own. They follow on one another. */
let folder: string;
let postgres: RunningPostgres;
let started: StartedStack;
let stack: Stack;
let tenant: Tenant;
let node: RunningPlane;
let controlPlane: RunningPlane;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-e2e-outages-'));
  postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  started = await startStack(folder, { DATABASE_URL: postgres.url });
  stack = connectStack(started.addresses);
  node = started.tollgate.node;
  controlPlane = started.tollgate.controlPlane;
  tenant = await openTenant(stack, { type: 'mock', mock: { text: 'still here' } });
});
afterAll(async () => {
  for (const part of [node, controlPlane]) await part?.stop();
  await started?.stop();
  await postgres?.stop({ remove: true });
  await rm(folder, { recursive: true, force: true });
});

const common = () => ({
  TOLLGATE_SEAL_KEY: started.tollgate.sealKey,
  TOLLGATE_DATA_DIR: stack.dataDir,
  TOLLGATE_CONTROL_URL: stack.controlUrl,
  TOLLGATE_ANALYTICS_URL: started.tollgate.analytics.url,
  TOLLGATE_SEAL_AFTER_MS: '50',
});

const startNode = () =>
  startPlane('data-plane', { env: { ...common(), TOLLGATE_GATEWAY_PORT: new URL(stack.gatewayUrl).port } });
const startControlPlane = () =>
  startPlane('control-plane', {
    env: {
      ...common(),
      DATABASE_URL: postgres.url,
      TOLLGATE_ADMIN_TOKEN: stack.adminToken,
      TOLLGATE_CONTROL_PORT: new URL(stack.controlUrl).port,
    },
  });

/** Asks the gateway; gives the id of the request. */
async function ask(): Promise<string> {
  const { data, response } = await tenant.client.chat.completions
    .create({ model: tenant.model, messages: [{ role: 'user', content: 'x' }] })
    .withResponse();
  expect(data.choices[0]?.message.content).toBe('still here');
  return response.headers.get('x-tollgate-request-id') ?? '';
}

const refusal = (client = tenant.client) =>
  client.models.list().then(
    () => undefined,
    (error: { status?: number }) => error.status,
  );

const answered: string[] = [];

describe('while parts are away', () => {
  test('Postgres is killed: traffic goes on, and a change is refused rather than lost', async () => {
    answered.push(await ask());
    await postgres.kill();
    for (let index = 0; index < 5; index += 1) answered.push(await ask());
    await expect(stack.commit([{ blockVirtualKey: { name: tenant.keyName } }])).rejects.toThrow();
    answered.push(await ask());
  });

  test('Postgres is back: changes are taken again by the same control plane', async () => {
    postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: postgres.port });
    await waitFor('a commit', () => stack.commit([{ putTeam: { name: 'after-the-outage', spec: {} } }]), 20_000);
    answered.push(await ask());
  });

  test('the control plane is killed: traffic goes on', async () => {
    await controlPlane.kill();
    for (let index = 0; index < 5; index += 1) answered.push(await ask());
  });

  test('a node that is restarted meanwhile serves from its disk copy: keys, models and revision', async () => {
    await node.stop();
    node = await startNode();
    expect((await fetch(`${stack.gatewayUrl}/readyz`)).status).toBe(200);
    answered.push(await ask());
    expect(await refusal()).toBeUndefined();
    expect(await refusal(sdkClient(stack.gatewayUrl, 'sk-tg-unknown'))).toBe(401);
  });

  test('a node that is killed meanwhile does as well', async () => {
    await node.kill();
    node = await startNode();
    answered.push(await ask());
  });

  test('analytics is killed: traffic goes on', async () => {
    await started.tollgate.analytics.kill();
    for (let index = 0; index < 5; index += 1) answered.push(await ask());
  });
});

describe('once they are back', () => {
  test('every answered request is one row, those of the outages too', async () => {
    await startAnalyticsAgain();
    controlPlane = await startControlPlane();
    await waitFor(
      'all rows',
      async () => (await stack.usageRequests({ keys: [tenant.keyName] })).length >= answered.length,
      20_000,
    );
    const rows = await stack.usageRequests({ keys: [tenant.keyName] });
    expect(rows.map(({ id }) => id).sort()).toEqual([...answered].sort());
    expect(new Set(rows.map(({ bootId }) => bootId)).size).toBe(3);
  });

  test('the node is linked again, and a key that is blocked now is refused', async () => {
    await stack.commit([{ blockVirtualKey: { name: tenant.keyName } }]);
    expect(await refusal()).toBe(401);
  });

  let analytics: RunningPlane | undefined;
  async function startAnalyticsAgain(): Promise<void> {
    analytics = await startPlane('analytics', {
      env: {
        ...common(),
        CLICKHOUSE_URL: started.tollgate.clickHouseUrl,
        TOLLGATE_ANALYTICS_PORT: new URL(started.tollgate.analytics.url).port,
      },
    });
  }
  afterAll(() => analytics?.stop());
});
