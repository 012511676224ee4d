import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { IN_BALANCE } from './accounts/balance.ts';
import { type Load, startLoad } from './load/load.ts';
import { chooseSeed, createSeededRandom } from './seeded-random.ts';
import { killAndStart } from './system/kill-and-start.ts';
import { type Lanes, openLanes } from './system/open-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const ANALYTICS_ROUNDS = 10;
const CONNECTIONS = 20;
const INTERVAL_MS = 50;
const KILLED_AFTER_MS_MAX = 700;

let system: ChaosSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.end());

/** The node was never touched, so every request is answered, and every answer is one row. */
async function expectEveryAnswerOnce(name: string, seed: number, lanes: Lanes, load: Load): Promise<void> {
  const found = await system.books.settle(lanes.keyName, await load.stop());
  console.info(name, { seed, ...found });
  expect(found).toMatchObject({ ...IN_BALANCE, broken: 0, refused: 0, interrupted: 0 });
  expect(found.rows).toBe(found.answered);
  expect((await system.books.gaps()).boots).toEqual([]);
}

async function waitForRows(lanes: Lanes, more: number): Promise<void> {
  const before = (await system.books.rows(lanes.keyName)).length;
  await waitFor('rows to arrive', async () => (await system.books.rows(lanes.keyName)).length > before + more, 30_000);
}

test(`kill -9 of analytics under load, ${ANALYTICS_ROUNDS} times: clients notice nothing and every answer is one row`, async () => {
  const random = createSeededRandom(chooseSeed());
  const { stack, analytics } = system;
  const lanes = await openLanes(stack, CONNECTIONS);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: INTERVAL_MS });
  for (let round = 0; round < ANALYTICS_ROUNDS; round += 1) {
    await waitForRows(lanes, 0);
    await sleep(random.between(0, KILLED_AFTER_MS_MAX));
    await killAndStart(analytics);
  }
  await expectEveryAnswerOnce('analytics-kill', random.seed, lanes, load);
});

test('kill -9 of ClickHouse under load: clients notice nothing and every answer is one row', async () => {
  const random = createSeededRandom(chooseSeed());
  const { stack, clickHouse } = system;
  const lanes = await openLanes(stack, CONNECTIONS);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: INTERVAL_MS });
  await waitForRows(lanes, 100);
  await sleep(random.between(0, KILLED_AFTER_MS_MAX));
  await clickHouse.kill();
  // The node and the ingester notice the outage and try more than once before it ends.
  const before = load.exchanges.length;
  await waitFor('answers while ClickHouse is away', () => load.exchanges.length > before + 500, 30_000);
  await clickHouse.start();
  await waitForRows(lanes, 100);
  await expectEveryAnswerOnce('clickhouse-kill', random.seed, lanes, load);
});
