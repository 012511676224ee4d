import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { startLoad } from './load/load.ts';
import { readQuotas } from './quotas/read-quotas.ts';
import { chooseSeed, createSeededRandom } from './seeded-random.ts';
import { killAndStart } from './system/kill-and-start.ts';
import { openLanes } from './system/open-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const ROUNDS = 4;
const CONNECTIONS = 20;
const INTERVAL_MS = 20;
const KILLED_AFTER_MS_MAX = 1_500;
/** The authority is compared with the records once in a minute, and may be between two rounds. */
const COMPARED_WITHIN_MS = 150_000;

let system: ChaosSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.end());

test('kill -9 of the node under load: what its quotas have settled is what is on record, to the last unit', async () => {
  const random = createSeededRandom(chooseSeed());
  const { stack, books, node } = system;
  const lanes = await openLanes(stack, CONNECTIONS);
  const keyName = lanes.keyName;
  const rateLimits = [
    { limit: '1000000 requests', window: 'lifetime' },
    { limit: '100000000 tokens', window: 'month' },
    { limit: '500 concurrent' },
  ];
  await stack.commit([{ putVirtualKey: { name: keyName, spec: { rateLimits, description: uniqueName('limited') } } }]);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: INTERVAL_MS });
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = load.exchanges.length;
    await waitFor('answers of this life', () =>
      load.exchanges.slice(from).some(({ outcome }) => outcome.type === 'answered'),
    );
    await sleep(random.between(500, KILLED_AFTER_MS_MAX));
    await killAndStart(node);
  }
  await sleep(1_000);
  const exchanges = await load.stop();
  const found = await books.settle(keyName, exchanges);
  const requests = `virtual-key:${keyName}#requests/lifetime`;

  const settled = await waitFor(
    'all dead runs to be settled',
    async () => {
      const quotas = await readQuotas(stack, keyName);
      const isSettled = quotas.find(({ id }) => id === requests)?.settled === String(found.rows);
      return isSettled && quotas.every(({ leased }) => leased === '0') ? quotas : undefined;
    },
    60_000,
  );
  console.info('quota-node-kill', { seed: random.seed, rows: found.rows, broken: found.broken, settled });
  expect(found.broken).toBeGreaterThan(0);
  const compared = await waitFor(
    'the authority to be compared with the records',
    async () => {
      const quotas = await readQuotas(stack, keyName);
      return quotas.filter(({ checkedAt }) => checkedAt !== null).length === 2 ? quotas : undefined;
    },
    COMPARED_WITHIN_MS,
  );
  expect(compared.map(({ drift }) => drift).toSorted()).toEqual(['0', '0', null]);
  const { settled: tokens } = compared.find(({ id }) => id.includes('#tokens/')) ?? { settled: '0' };
  expect(Number(tokens)).toBeGreaterThan(found.rows);
}, 400_000);
