import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { workersOf } from '../support/workers-of.ts';
import { IN_BALANCE } from './accounts/balance.ts';
import { brokenOutside, type Window } from './accounts/broken-outside.ts';
import { type Load, startLoad } from './load/load.ts';
import { chooseSeed, createSeededRandom } from './seeded-random.ts';
import { killAndStart } from './system/kill-and-start.ts';
import { openLanes } from './system/open-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const WORKERS = 2;
const KILLS = 10;
const CONNECTIONS = 30;
const INTERVAL_MS = 40;
/** So many clients open a connection for each of their requests, one right after the other. */
const NEWCOMERS = 6;
const KILLED_AFTER_MS_MAX = 700;

let system: ChaosSystem;
beforeAll(async () => {
  system = await startSystem({ env: { TOLLGATE_WORKERS: String(WORKERS) } });
});
afterAll(() => system?.end());

const workers = () => workersOf(system.node.pid());

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${system.stack.gatewayUrl}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

async function openLoads() {
  const { stack } = system;
  const lanes = await openLanes(stack, CONNECTIONS + NEWCOMERS);
  const options = { gatewayUrl: stack.gatewayUrl, secret: lanes.secret };
  const kept = startLoad({ ...options, models: lanes.models.slice(0, CONNECTIONS), intervalMs: INTERVAL_MS });
  const anew = startLoad({
    ...options,
    models: lanes.models.slice(CONNECTIONS),
    intervalMs: 0,
    isConnectingAnew: true,
  });
  return { lanes, kept, anew };
}

const answersOf = (load: Load) => load.exchanges.filter(({ outcome }) => outcome.type === 'answered').length;
async function moreAnswers(loads: readonly Load[]): Promise<void> {
  const before = loads.map(answersOf);
  await waitFor('answers', () => loads.every((load, index) => answersOf(load) > (before[index] ?? 0) + 20), 30_000);
}

test(`kill -9 of workers under load, ${KILLS} times: rows are the answers that clients received, each once, and no connection is refused`, async () => {
  const random = createSeededRandom(chooseSeed());
  const { lanes, kept, anew } = await openLoads();
  const kills: Window[] = [];
  const killed = new Set<number>();
  for (let round = 0; round < KILLS; round += 1) {
    await moreAnswers([kept, anew]);
    await sleep(random.between(0, KILLED_AFTER_MS_MAX));
    const victim = workers()[random.between(0, WORKERS - 1)];
    if (victim === undefined) expect.unreachable('there is no worker');
    const fromMs = Date.now();
    process.kill(victim, 'SIGKILL');
    killed.add(victim);
    await waitFor('the worker to be gone', () => !workers().includes(victim));
    await waitFor('all workers to serve', async () => (await metric('tollgate_workers')) === WORKERS, 30_000);
    kills.push({ fromMs, toMs: Date.now() });
  }
  await moreAnswers([kept, anew]);
  const exchanges = [...(await kept.stop()), ...(await anew.stop())];
  const found = await system.books.settle(lanes.keyName, exchanges);
  console.info('worker-kill', { seed: random.seed, ...found });

  expect(killed.size).toBe(KILLS);
  expect(found).toMatchObject(IN_BALANCE);
  expect(found.rows).toBe(found.answered + found.interrupted);
  // The kills did hit requests that were under way, or this test proves nothing.
  expect(found.broken).toBeGreaterThan(KILLS);
  expect(brokenOutside(exchanges, kills)).toEqual([]);
  expect(found.refused).toBe(0);
  expect(kept.connectionsRefused() + anew.connectionsRefused()).toBe(0);
  expect((await system.books.gaps()).boots).toEqual([]);
});

test('SIGHUP replaces all workers under load: no connection is refused or broken, no request fails', async () => {
  const { lanes, kept, anew } = await openLoads();
  for (let round = 0; round < 3; round += 1) {
    await moreAnswers([kept, anew]);
    const before = workers();
    process.kill(system.node.pid(), 'SIGHUP');
    await waitFor(
      'all workers to be replaced',
      () => workers().length === WORKERS && !workers().some((pid) => before.includes(pid)),
      60_000,
    );
  }
  await moreAnswers([kept, anew]);
  const exchanges = [...(await kept.stop()), ...(await anew.stop())];
  const found = await system.books.settle(lanes.keyName, exchanges);
  console.info('rolling restart', { newConnections: answersOf(anew), ...found });

  expect(found).toMatchObject({ ...IN_BALANCE, broken: 0, refused: 0, interrupted: 0 });
  expect(kept.connectionsRefused() + anew.connectionsRefused()).toBe(0);
  expect((await system.books.gaps()).boots).toEqual([]);
});

test('kill -9 of the supervisor under load: its workers end in good order, the next start takes over what they left', async () => {
  const { lanes, kept, anew } = await openLoads();
  const kills: Window[] = [];
  for (let round = 0; round < 3; round += 1) {
    await moreAnswers([kept, anew]);
    kills.push(await killAndStart(system.node));
  }
  await moreAnswers([kept, anew]);
  const exchanges = [...(await kept.stop()), ...(await anew.stop())];
  const found = await system.books.settle(lanes.keyName, exchanges);
  console.info('supervisor-kill', found);

  expect(found).toMatchObject(IN_BALANCE);
  expect(found.rows).toBe(found.answered + found.interrupted);
  expect(brokenOutside(exchanges, kills)).toEqual([]);
  expect((await system.books.gaps()).boots).toEqual([]);
});
