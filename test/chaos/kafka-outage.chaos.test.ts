import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaAvailability } from '@tollgate/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { IN_BALANCE } from './accounts/balance.ts';
import { startLoad } from './load/load.ts';
import { openLanes } from './system/open-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const CONNECTIONS = 20;
/** Twenty connections at this pace send some 300 requests a second. */
const INTERVAL_MS = 66;
const LOAD_BEFORE_MS = 3_000;
const OUTAGE_MS = 8_000;
const LOAD_AFTER_MS = 3_000;

const availability = kafkaAvailability();
const isLeftOut = !availability.available && process.env['CI'] !== 'true';
if (isLeftOut) console.info(`The test of Kafka's outage is left out. ${availability.reason}`);

describe.skipIf(isLeftOut)('usage through Kafka', () => {
  let system: ChaosSystem;
  beforeAll(async () => {
    system = await startSystem({ withKafka: true });
  });
  afterAll(() => system?.end());

  test('the broker is killed under load and comes back: clients notice nothing and every answer is one row', async () => {
    const { stack, books, kafka } = system;
    const lanes = await openLanes(stack, CONNECTIONS);
    const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: INTERVAL_MS });
    await sleep(LOAD_BEFORE_MS);
    await waitFor('rows to arrive', async () => (await books.rows(lanes.keyName)).length > 100, 30_000);

    await kafka?.kill();
    const sentBefore = load.exchanges.length;
    await sleep(OUTAGE_MS);
    const sentWhileAway = load.exchanges.length - sentBefore;
    await kafka?.restart();
    await sleep(LOAD_AFTER_MS);

    const found = await books.settle(lanes.keyName, await load.stop());
    console.info('kafka-outage', { sentWhileAway, ...found });
    expect(sentWhileAway).toBeGreaterThan(500);
    expect(found).toMatchObject({ ...IN_BALANCE, broken: 0, refused: 0, interrupted: 0 });
    expect(found.rows).toBe(found.answered);
    expect((await books.gaps()).boots).toEqual([]);
  });

  test('ClickHouse is killed, and then analytics with a message in hand: it is read again and every answer is one row', async () => {
    const { stack, books, clickHouse, analytics } = system;
    const lanes = await openLanes(stack, CONNECTIONS);
    const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: INTERVAL_MS });
    await waitFor('rows to arrive', async () => (await books.rows(lanes.keyName)).length > 100, 30_000);

    await clickHouse.kill();
    // By now messages have been read that cannot be stored.
    const before = load.exchanges.length;
    await waitFor('answers while ClickHouse is away', () => load.exchanges.length > before + 500, 30_000);
    await analytics.kill();
    await clickHouse.start();
    await analytics.start();

    const found = await books.settle(lanes.keyName, await load.stop());
    console.info('kafka-ingest-kill', found);
    expect(found).toMatchObject({ ...IN_BALANCE, broken: 0, refused: 0, interrupted: 0 });
    expect(found.rows).toBe(found.answered);
    expect((await books.gaps()).boots).toEqual([]);
  });
});
