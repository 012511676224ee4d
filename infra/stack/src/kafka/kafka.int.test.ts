import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kafkaAvailability } from './availability.ts';
import { type RunningKafka, startKafka } from './start-kafka.ts';

const TIMEOUT_MS = 180_000;
const availability = kafkaAvailability();
if (!availability.available) {
  // In CI a missing broker must be seen as a failure, not as tests that did not run.
  if (process.env['CI'] === 'true') throw new Error(availability.reason);
  console.log(`Kafka tests are left out. ${availability.reason}`);
}

describe.runIf(availability.available)('a real Kafka broker', { timeout: TIMEOUT_MS }, () => {
  let dataDir: string;
  let broker: RunningKafka;
  let client: Kafka;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tollgate-kafka-'));
    broker = await startKafka({ dataDir });
    client = new kafkajs.Kafka({
      brokers: [broker.brokers],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 15 },
    });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await broker?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, TIMEOUT_MS);

  async function createTopic(topic: string): Promise<void> {
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
  }

  async function producing(work: (producer: Producer) => Promise<unknown>): Promise<void> {
    const createPartitioner = kafkajs.Partitioners.DefaultPartitioner;
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner });
    await producer.connect();
    await work(producer).finally(() => producer.disconnect());
  }

  function send(producer: Producer, topic: string, values: readonly string[]) {
    const messages = values.map((value) => ({ key: 'k', value }));
    return producer.send({ topic, acks: -1, compression: kafkajs.CompressionTypes.GZIP, messages });
  }

  async function sendUntilAcknowledged(producer: Producer, topic: string, value: string): Promise<void> {
    // kafkajs gives up when its own retries are used up; then the message is the caller's to send again.
    for (;;) if (await send(producer, topic, [value]).catch(() => false)) return;
  }

  async function consume(topic: string, groupId: string, count: number): Promise<string[]> {
    const consumer = client.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const got: string[] = [];
    await new Promise<void>((resolve) => {
      void consumer.run({
        autoCommit: false,
        async eachBatch({ batch }) {
          for (const message of batch.messages) got.push(String(message.value));
          if (got.length < count) return;
          await consumer.commitOffsets([{ topic, partition: 0, offset: String(Number(batch.lastOffset()) + 1) }]);
          resolve();
        },
      });
    });
    await consumer.disconnect();
    return got;
  }

  test('kafkajs produces idempotently with gzip and consumes in a group', async () => {
    await createTopic('first');
    await producing((producer) => send(producer, 'first', ['1', '2', '3']));
    expect(await consume('first', 'readers', 3)).toEqual(['1', '2', '3']);
  });

  test('what was acknowledged and what was committed survive kill -9 and a restart on the same port', async () => {
    const { brokers } = broker;
    await createTopic('second');
    await producing((producer) => send(producer, 'second', ['a', 'b']));
    expect(await consume('second', 'resumers', 2)).toEqual(['a', 'b']);
    await broker.kill();
    expect(await broker.exited()).toMatchObject({ signal: 'SIGKILL' });
    await broker.restart();
    expect(broker.brokers).toBe(brokers);
    await producing((producer) => send(producer, 'second', ['c']));
    expect(await consume('second', 'resumers', 1)).toEqual(['c']);
    expect(await consume('second', 'others', 3)).toEqual(['a', 'b', 'c']);
  });

  test('a producer that tries again until it is acknowledged loses nothing while the broker is killed', async () => {
    await createTopic('third');
    const values = Array.from({ length: 30 }, (_, i) => String(i));
    await producing(async (producer) => {
      for (const value of values) {
        const sent = sendUntilAcknowledged(producer, 'third', value);
        if (value === '10') {
          await broker.kill();
          await broker.restart();
        }
        await sent;
      }
    });
    expect(await consume('third', 'readers-of-third', values.length)).toEqual(values);
  });
});
