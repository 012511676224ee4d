import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SEGMENT_ID_HEADER, USAGE_TOPIC, type UsageSegment } from '@tollgate/schema';
import { kafkaAvailability, type RunningKafka, startKafka } from '@tollgate/stack';
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findGaps } from '../reconcile/find-gaps.ts';
import { recordsOf, segmentOf } from '../test-support/records.ts';
import {
  countRows,
  rowsOf,
  startTestClickHouse,
  type TestClickHouse,
  type TestDatabase,
} from '../test-support/test-clickhouse.ts';
import { startTestProcess, type TestProcess } from '../test-support/test-process.ts';
import { INGEST_GROUP } from './kafka-consumer.ts';

const TIMEOUT_MS = 240_000;
const RECORDS_PER_SEGMENT = 20;
const availability = kafkaAvailability();
if (!availability.available) {
  // In CI a missing broker must be seen as a failure, not as tests that did not run.
  if (process.env['CI'] === 'true') throw new Error(availability.reason);
  console.log(`The tests of the Kafka consumer are left out. ${availability.reason}`);
}

describe.runIf(availability.available)('usage through a real Kafka', { timeout: TIMEOUT_MS }, () => {
  let dataDir: string;
  let broker: RunningKafka;
  let clickHouse: TestClickHouse;
  let database: TestDatabase;
  let service: TestProcess | undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tollgate-analytics-kafka-'));
    [broker, clickHouse] = await Promise.all([startKafka({ dataDir }), startTestClickHouse()]);
    database = await clickHouse.createTestDatabase();
  }, TIMEOUT_MS);
  afterEach(async () => {
    await service?.kill();
    service = undefined;
  });
  afterAll(async () => {
    await broker.stop();
    await clickHouse.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, TIMEOUT_MS);

  const client = () => new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { retries: 2 } });

  async function startService(): Promise<TestProcess> {
    const { origin, username, password, database: name } = database.address;
    const url = new URL(origin);
    service = await startTestProcess({
      CLICKHOUSE_URL: `${url.protocol}//${username}:${password}@${url.host}/${name}`,
      KAFKA_BROKERS: broker.brokers,
      TOLLGATE_SEAL_KEY: Buffer.alloc(32, 7).toString('base64'),
      TOLLGATE_ANALYTICS_PORT: '0',
      LOG_LEVEL: 'fatal',
    });
    return service;
  }

  /** Sends as a node does: again and again until the broker has it, and now and then once more for nothing. */
  async function sendAll(segments: readonly UsageSegment[]): Promise<void> {
    const producer = client().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const send = ({ id, body }: UsageSegment) =>
      producer
        .connect()
        .then(() =>
          producer.send({
            topic: USAGE_TOPIC,
            acks: -1,
            compression: CompressionTypes.GZIP,
            messages: [{ key: id, value: body, headers: { [SEGMENT_ID_HEADER]: id } }],
          }),
        )
        .then(
          () => true,
          () => false,
        );
    for (const [index, segment] of segments.entries()) {
      while (!(await send(segment)));
      if (index % 5 === 0) await send(segment);
    }
    await producer.disconnect();
  }

  const segmentsOf = (bootId: string, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const first = index * RECORDS_PER_SEGMENT + 1;
      return segmentOf(`node-1.${bootId}.${index + 1}`, recordsOf(first, first + RECORDS_PER_SEGMENT - 1, { bootId }));
    });

  const stored = async (bootId: string) => {
    const where = `WHERE boot_id = '${bootId}'`;
    const [counts] = await rowsOf(database.client, `SELECT count() AS rows, uniqExact(id) AS ids FROM usage ${where}`);
    return counts;
  };
  const exactly = (rows: number) => ({ rows, ids: rows });
  const storedAtLeast = (bootId: string, rows: number) =>
    expect.poll(async () => Number((await stored(bootId))?.['rows']), { timeout: 60_000 }).toBeGreaterThanOrEqual(rows);

  test('kill -9 of the consumer, again and again under load, loses nothing and doubles nothing', async () => {
    const segments = segmentsOf('killed', 120);
    await startService();
    const sending = sendAll(segments);
    for (const rows of [100, 600, 1_400]) {
      await storedAtLeast('killed', rows);
      await service?.kill();
      await startService();
    }
    await sending;
    await expect.poll(() => stored('killed'), { timeout: 120_000 }).toEqual(exactly(120 * RECORDS_PER_SEGMENT));
  });

  test('a broker and a ClickHouse that go away under load and come back lose nothing and double nothing', async () => {
    const segments = segmentsOf('outage', 80);
    await startService();
    const sending = sendAll(segments);
    await storedAtLeast('outage', 200);
    await broker.kill();
    await broker.restart();
    await storedAtLeast('outage', 600);
    await clickHouse.kill();
    await clickHouse.startAgain();
    await sending;
    await expect.poll(() => stored('outage'), { timeout: 120_000 }).toEqual(exactly(80 * RECORDS_PER_SEGMENT));
    expect(
      (await findGaps(database.client, { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' })).boots,
    ).toEqual([]);
  });

  test('two consumers share the work, and one of them leaving disturbs nothing', async () => {
    const segments = segmentsOf('shared', 60);
    const first = await startService();
    const second = await startService();
    const sending = sendAll(segments);
    await storedAtLeast('shared', 200);
    expect(await first.stop()).toBe(0);
    await sending;
    await expect.poll(() => stored('shared'), { timeout: 120_000 }).toEqual(exactly(60 * RECORDS_PER_SEGMENT));
    expect(await second.stop()).toBe(0);
  });

  test('poison is kept aside and passed, and a stop leaves everything committed', async () => {
    const running = await startService();
    const producer = client().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const good = segmentsOf('poisoned', 1)[0];
    if (!good) throw new Error('one was made');
    await producer.send({
      topic: USAGE_TOPIC,
      messages: [
        { partition: 0, value: 'no header' },
        { partition: 0, value: 'odd header', headers: { [SEGMENT_ID_HEADER]: 'nonsense' } },
        { partition: 0, value: null, headers: { [SEGMENT_ID_HEADER]: good.id } },
        { partition: 0, value: good.body, headers: { [SEGMENT_ID_HEADER]: good.id } },
      ],
    });
    await producer.disconnect();
    await expect.poll(() => stored('poisoned'), { timeout: 60_000 }).toEqual(exactly(RECORDS_PER_SEGMENT));
    const texts = await rowsOf(
      database.client,
      `SELECT text FROM usage_rejected FINAL WHERE segment_id LIKE 'kafka:%' ORDER BY segment_id`,
    );
    expect(texts.map(({ text }) => text).toSorted()).toEqual(['', 'no header', 'odd header']);
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(metrics).toContain('tollgate_analytics_rejected_total{unit="message"} 3');
    expect(metrics).toContain('tollgate_analytics_consumer_state{state="running"} 1');

    expect(await running.stop()).toBe(0);
    const admin = client().admin();
    await admin.connect();
    const [ends, [committed]] = await Promise.all([
      admin.fetchTopicOffsets(USAGE_TOPIC),
      admin.fetchOffsets({ groupId: INGEST_GROUP, topics: [USAGE_TOPIC] }),
    ]);
    await admin.disconnect();
    const places = (list: readonly { partition: number; offset: string }[]) =>
      list.map(({ partition, offset }) => `${partition}@${offset}`).toSorted();
    expect(places(committed?.partitions ?? [])).toEqual(places(ends));
    expect(await countRows(database.client)).toEqual(exactly((120 + 80 + 60 + 1) * RECORDS_PER_SEGMENT));
  });
});
