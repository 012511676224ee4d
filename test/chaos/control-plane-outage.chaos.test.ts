import { afterAll, beforeAll, expect, test } from 'vitest';
import { uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { IN_BALANCE } from './accounts/balance.ts';
import { brokenOutside } from './accounts/broken-outside.ts';
import { type Load, startLoad } from './load/load.ts';
import { killAndStart } from './system/kill-and-start.ts';
import { openLanes } from './system/open-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const CONNECTIONS = 10;
const INTERVAL_MS = 50;

let system: ChaosSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.end());

/** Waits until the clients have had `more` answers from now on. */
async function waitForAnswers({ exchanges }: Load, more: number): Promise<void> {
  const from = exchanges.length;
  const answers = () => exchanges.slice(from).filter(({ outcome }) => outcome.type === 'answered').length;
  await waitFor(`${more} answers`, () => answers() >= more, 30_000);
}

/** Commits a model; the commit returns once the node enforces it, which takes the link between the two. */
const commitModel = () => openLanes(system.stack, 1);

test('with Postgres and the control plane killed, traffic goes on, also from a node that starts meanwhile; back, they reach it', async () => {
  const { stack, books, postgres, controlPlane, node } = system;
  const lanes = await openLanes(stack, CONNECTIONS);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: INTERVAL_MS });
  await waitForAnswers(load, 100);

  await postgres.kill();
  await waitForAnswers(load, 100);
  await controlPlane.kill();
  await waitForAnswers(load, 100);
  const rowsBefore = (await books.rows(lanes.keyName)).length;
  await waitFor('usage to arrive', async () => (await books.rows(lanes.keyName)).length > rowsBefore + 100, 30_000);
  const nodeKill = await killAndStart(node);
  await waitForAnswers(load, 100);

  await postgres.start();
  await controlPlane.start();
  await waitFor('the node to reconnect', async () => (await stack.nodes()).some(({ connected }) => connected), 30_000);
  const added = await commitModel();
  const newLoad = startLoad({ gatewayUrl: stack.gatewayUrl, ...added, intervalMs: INTERVAL_MS });
  await waitForAnswers(newLoad, 10);
  await waitForAnswers(load, 100);

  const exchanges = await load.stop();
  const found = await books.settle(lanes.keyName, exchanges);
  const foundNew = await books.settle(added.keyName, await newLoad.stop());
  console.info('control-plane-outage', found, foundNew);
  expect(found).toMatchObject({ ...IN_BALANCE, refused: 0 });
  // Only the kill of the node itself broke connections.
  expect(brokenOutside(exchanges, [nodeKill])).toEqual([]);
  expect(foundNew).toMatchObject({ ...IN_BALANCE, broken: 0, refused: 0 });
  expect((await books.gaps()).boots).toEqual([]);
});

test('Postgres alone is killed and comes back: the control plane commits again and the change reaches the node', async () => {
  const { stack, postgres } = system;
  await postgres.kill();
  const name = uniqueName('away');
  const change = { putProvider: { name, spec: { type: 'mock' } } };
  await expect(stack.commit([change])).rejects.toThrow();
  await postgres.start();
  const added = await waitFor('a commit', commitModel, 30_000);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...added, intervalMs: INTERVAL_MS });
  await waitForAnswers(load, 10);
  expect((await load.stop()).every(({ outcome }) => outcome.type === 'answered')).toBe(true);
});
