import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlane } from '@tollgate/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatRequest, exchangeRaw, statusOf } from '../support/raw-http.ts';
import { connectStack, type Stack, type StartedStack, startStack } from '../support/stack.ts';
import { openTenant, type Tenant } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { workersOf } from '../support/workers-of.ts';

const WORKERS = 2;
/** Half of it for each worker. */
const IN_FLIGHT_MAX = 4;
/** Each of so many connections may come to either worker; that one of them gets none of them does not happen. */
const CONNECTIONS = 30;

let folder: string;
let started: StartedStack;
let stack: Stack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-e2e-workers-'));
  started = await startStack(folder, {
    TOLLGATE_WORKERS: String(WORKERS),
    TOLLGATE_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX),
  });
  stack = connectStack(started.addresses);
});
afterAll(async () => {
  await started?.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = ({ secret, model }: Tenant): Promise<string> =>
  exchangeRaw(
    stack.gatewayUrl,
    chatRequest(secret, JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }] })),
  );

/** One request after the other, each on a connection of its own. */
async function askInTurn(tenant: Tenant, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1) statuses.push(statusOf(await ask(tenant)));
  return statuses;
}

/** `fetch` would keep its connection, and so always ask the same worker. */
const get = (path: string): Promise<string> =>
  exchangeRaw(stack.gatewayUrl, `GET ${path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n`);

/** The sum over all lines that begin so. */
async function metric(start: string): Promise<number> {
  const lines = (await get('/metrics')).split('\n').filter((line) => line.startsWith(start));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
const answeredOf = ({ model }: Tenant) => metric(`tollgate_requests_total{model="${model}"`);

describe('a node of two workers', () => {
  test('says of the whole node what any worker is asked: ready, and the requests of all', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    expect(await askInTurn(tenant, CONNECTIONS)).toEqual(Array(CONNECTIONS).fill(200));
    for (let time = 0; time < 10; time += 1) {
      expect(await answeredOf(tenant)).toBe(CONNECTIONS);
      expect(await get('/readyz')).toMatch(/^HTTP\/1.1 200 OK[\s\S]*\r\n\r\nready\n$/);
    }
    expect(await metric('tollgate_workers ')).toBe(WORKERS);
    expect(await metric('tollgate_fleet_linked ')).toBe(1);
    expect(await metric('tollgate_config_revision ')).toBe(tenant.revision);
    const records = await waitFor('the records', async () => {
      const rows = await stack.usageRequests({ keys: [tenant.keyName] });
      return rows.length >= CONNECTIONS ? rows : undefined;
    });
    expect(records).toHaveLength(CONNECTIONS);
    // One node to the fleet, with one run of records for each worker.
    expect(await stack.nodes()).toHaveLength(1);
    expect(new Set(records.map(({ bootId }) => bootId)).size).toBe(WORKERS);
  });

  test('acknowledges a revision once all workers enforce it: a key that is blocked then is refused by each', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    expect(await askInTurn(tenant, CONNECTIONS)).toEqual(Array(CONNECTIONS).fill(200));
    await stack.commit([{ blockVirtualKey: { name: tenant.keyName } }]);
    expect(await askInTurn(tenant, CONNECTIONS)).toEqual(Array(CONNECTIONS).fill(401));
  });

  test('keeps its counts exactly when SIGHUP replaces all workers, who enforce what was current', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    await askInTurn(tenant, CONNECTIONS);
    const before = workersOf(stack.nodePid);
    process.kill(stack.nodePid, 'SIGHUP');
    await waitFor(
      'new workers',
      () =>
        workersOf(stack.nodePid).length === WORKERS && !workersOf(stack.nodePid).some((pid) => before.includes(pid)),
      60_000,
    );
    expect(await askInTurn(tenant, CONNECTIONS)).toEqual(Array(CONNECTIONS).fill(200));
    expect(await answeredOf(tenant)).toBe(2 * CONNECTIONS);
    expect(await metric('tollgate_worker_exits_total{when="asked"}')).toBe(WORKERS);
    await stack.commit([{ blockVirtualKey: { name: tenant.keyName } }]);
    expect(await askInTurn(tenant, CONNECTIONS)).toEqual(Array(CONNECTIONS).fill(401));
  }, 90_000);

  test('takes no more requests at once than its bound, says so with Retry-After, and takes them again after', async () => {
    const slow = await openTenant(stack, { type: 'mock', mock: { latencyMs: 2_000 } });
    const answers = await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(slow)));
    const refused = answers.filter((answer) => statusOf(answer) === 503);
    expect(answers.filter((answer) => statusOf(answer) === 200)).toHaveLength(IN_FLIGHT_MAX);
    expect(refused).toHaveLength(CONNECTIONS - IN_FLIGHT_MAX);
    for (const answer of refused) expect(answer).toMatch(/\r\nretry-after: 1\r\n[\s\S]*"code":"overloaded"/);
    expect(await metric('tollgate_requests_in_flight ')).toBe(0);

    const tenant = await openTenant(stack, { type: 'mock' });
    expect(await askInTurn(tenant, CONNECTIONS)).toEqual(Array(CONNECTIONS).fill(200));
  });

  test('has its port for itself: another node is refused it, with one process or with several', async () => {
    const other = await mkdtemp(join(tmpdir(), 'tollgate-e2e-other-'));
    for (const workers of ['1', '2']) {
      const env = {
        TOLLGATE_SEAL_KEY: started.tollgate.sealKey,
        TOLLGATE_DATA_DIR: other,
        TOLLGATE_GATEWAY_PORT: new URL(stack.gatewayUrl).port,
        TOLLGATE_WORKERS: workers,
      };
      await expect(startPlane('data-plane', { env })).rejects.toThrow('is the port taken?');
    }
    await rm(other, { recursive: true, force: true });
  });
});
