import { kafkaAvailability } from '@tollgate/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spend } from './quotas/spend.ts';
import { countOutcomes as count, createSpendLanes } from './quotas/spend-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const NODES = 3;
const CLIENTS = 200;
const REQUESTS = 400;

const availability = kafkaAvailability();
const isLeftOut = !availability.available && process.env['CI'] !== 'true';
if (isLeftOut) console.info(`The test of budgets while Kafka is away is left out. ${availability.reason}`);

describe.skipIf(isLeftOut)('budgets with usage through Kafka', () => {
  let system: ChaosSystem;
  beforeAll(async () => {
    system = await startSystem({ nodes: NODES, withKafka: true });
  });
  afterAll(() => system?.end());

  test('while the broker is away just what fits is answered, and all of it is in the ledger once it is back', async () => {
    const { kafka } = system;
    const lanes = createSpendLanes(system);
    const lane = await lanes.open(false);
    const budget = await lanes.putBudget(lane, REQUESTS);
    await kafka?.kill();
    const outcomes = await spend({
      gatewayUrls: lanes.urls,
      ...lane,
      clients: CLIENTS,
      refusalsMax: 20,
      answersMin: REQUESTS,
    });
    await kafka?.restart();

    const found = await lanes.ledgerOf(lane.keyName, count(outcomes, 'answered'));
    console.info('quota-kafka-outage', { answered: count(outcomes, 'answered'), ...found });
    expect(count(outcomes, 'answered', 200)).toBe(REQUESTS);
    expect(count(outcomes, 'refused', 429)).toBe(outcomes.length - REQUESTS);
    expect(found).toEqual({ rows: REQUESTS, nanoUsd: budget });
  });
});
