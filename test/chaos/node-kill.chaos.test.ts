import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { IN_BALANCE } from './accounts/balance.ts';
import { brokenOutside, type Window } from './accounts/broken-outside.ts';
import { startLoad } from './load/load.ts';
import { chooseSeed, createSeededRandom } from './seeded-random.ts';
import { killAndStart } from './system/kill-and-start.ts';
import { openLanes } from './system/open-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const ROUNDS = 20;
const CONNECTIONS = 50;
const INTERVAL_MS = 40;
const KILLED_AFTER_MS_MAX = 900;

let system: ChaosSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.end());

test(`kill -9 of the node under load, ${ROUNDS} times: rows are the answers that clients received, each once`, async () => {
  const random = createSeededRandom(chooseSeed());
  const { stack, books, node } = system;
  const lanes = await openLanes(stack, CONNECTIONS);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: INTERVAL_MS });

  const kills: Window[] = [];
  /** Each life of the node answers at least once, the last one too, or it would leave no row to be checked. */
  const answerOfThisLife = () => {
    // A request that the last kill broke may be counted only now, and is no answer of this life.
    const before = load.exchanges.length;
    return waitFor('an answer of this life of the node', () =>
      load.exchanges.slice(before).some(({ outcome }) => outcome.type === 'answered'),
    );
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await answerOfThisLife();
    await sleep(random.between(0, KILLED_AFTER_MS_MAX));
    kills.push(await killAndStart(node));
  }
  await answerOfThisLife();
  const exchanges = await load.stop();
  const found = await books.settle(lanes.keyName, exchanges);
  console.info('node-kill', { seed: random.seed, ...found });

  expect(found).toMatchObject(IN_BALANCE);
  expect(found.rows).toBe(found.answered + found.interrupted);
  // The kills did hit requests that were under way, or this test proves nothing.
  expect(found.broken).toBeGreaterThan(ROUNDS);
  expect(brokenOutside(exchanges, kills)).toEqual([]);
  expect(found.refused).toBe(0);
  const gaps = await books.gaps();
  expect(gaps.boots).toEqual([]);
  expect(gaps.bootsChecked).toBe(ROUNDS + 1);
});
