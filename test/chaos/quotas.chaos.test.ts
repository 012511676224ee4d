import { afterAll, beforeAll, expect, test } from 'vitest';
import { putKey } from '../support/tenant.ts';
import { spend } from './quotas/spend.ts';
import { countOutcomes as count, createSpendLanes } from './quotas/spend-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const NODES = 3;
const CLIENTS = 200;
const REQUESTS = 400;

let system: ChaosSystem;
let lanes: ReturnType<typeof createSpendLanes>;
beforeAll(async () => {
  system = await startSystem({ nodes: NODES });
  lanes = createSpendLanes(system);
});
afterAll(() => system?.end());

test.each([
  ['whole answers', false],
  ['streams', true],
])('a budget for so many %s is spent to the nano-USD over three nodes, and no further', async (_what, stream) => {
  const lane = await lanes.open(stream);
  const budget = await lanes.putBudget(lane, REQUESTS);
  const outcomes = await spend({
    gatewayUrls: lanes.urls,
    ...lane,
    clients: CLIENTS,
    refusalsMax: 20,
    answersMin: REQUESTS,
  });
  const found = await lanes.ledgerOf(lane.keyName, count(outcomes, 'answered'));
  console.info('quota', {
    stream,
    answered: count(outcomes, 'answered'),
    refused: count(outcomes, 'refused'),
    ...found,
  });
  expect(count(outcomes, 'answered', 200)).toBe(REQUESTS);
  expect(count(outcomes, 'refused', 429)).toBe(outcomes.length - REQUESTS);
  expect(found).toEqual({ rows: REQUESTS, nanoUsd: budget });
});

test('with the authority killed and back meanwhile, not one request too many is answered, and in the end all that fit', async () => {
  const lane = await lanes.open(false);
  await lanes.commit([putKey(lane.keyName, { rateLimits: [{ limit: `${REQUESTS} requests`, window: 'lifetime' }] })]);
  const spending = { gatewayUrls: lanes.urls, ...lane };
  const underWay = Promise.withResolvers<void>();
  const first = spend({ ...spending, clients: 50, refusalsMax: 20, onOutcome: () => underWay.resolve() });
  await underWay.promise;
  await system.controlPlane.kill();
  const outcomes = [...(await first)];
  const restartedAt = Date.now();
  await system.controlPlane.start();
  await lanes.linkedSince(restartedAt, NODES);
  const answersMin = REQUESTS - count(outcomes, 'answered');
  outcomes.push(...(await spend({ ...spending, clients: CLIENTS, refusalsMax: 20, answersMin })));
  console.info('quota-authority-kill', {
    answered: count(outcomes, 'answered'),
    unavailable: count(outcomes, 'refused', 503),
  });
  expect(count(outcomes, 'answered', 200)).toBe(REQUESTS);
});
