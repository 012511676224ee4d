import { SEGMENT_ID_HEADER, USAGE_TOPIC } from '@tollgate/schema';
import { type Consumer, type EachBatchPayload, Kafka, type KafkaMessage, type logCreator, logLevel } from 'kafkajs';
import type { Logger } from 'pino';
import type { BusMessage } from './bus-message.ts';
import { ingestBatch } from './ingest-batch.ts';
import type { IngestMessage } from './ingest-message.ts';
import { type SessionState, supervise } from './supervise.ts';

export const INGEST_GROUP = 'tollgate-ingest';

export type UsageConsumer = {
  /** Consumes until `stop`; outages of brokers and ClickHouse are waited out. */
  start(): void;
  /** Resolves once the message in hand is stored and committed, or given back to Kafka if ClickHouse is away. */
  stop(): Promise<void>;
};

export type UsageConsumerDeps = {
  readonly brokers: readonly string[];
  readonly ingest: IngestMessage;
  readonly log: Logger;
  readonly onState: (state: SessionState) => void;
};

/** How long the partitions of a consumer that was killed lie idle; several heartbeats long. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_EVERY_MS = 2_000;
const BROKER_BACKOFF = Object.freeze({ firstMs: 500, maxMs: 15_000 });
/** Used if the topic does not exist yet; it bounds how many partitions are worked on at once, too. */
const PARTITIONS = 3;
/** What is fetched and not yet ingested is at most 4 MiB a partition; the rest waits in Kafka. */
const FETCH_BYTES_PER_PARTITION = 4 * 1_048_576;

/** The only place of this package that knows the Kafka client; none of its types leaves this file. */
export function createUsageConsumer({ brokers, ingest, log, onState }: UsageConsumerDeps): UsageConsumer {
  const stopping = new AbortController();
  let finished: Promise<void> = Promise.resolve();

  return {
    start() {
      finished = supervise(consume, stopping.signal, {
        backoff: BROKER_BACKOFF,
        onState,
        onBroken: (err, retryInMs) => log.warn({ err, retryInMs }, 'the Kafka consumer broke; it starts again'),
      });
    },
    async stop() {
      stopping.abort();
      await finished;
    },
  };

  /** One life of a client. The client gives up for good after some retries, hence a new one each time. */
  async function consume(signal: AbortSignal, onRunning: () => void): Promise<void> {
    const kafka = new Kafka({
      clientId: 'tollgate-analytics',
      brokers: [...brokers],
      logLevel: logLevel.WARN,
      logCreator: logInto(log),
      connectionTimeout: 3_000,
      retry: { retries: 3 },
    });
    await ensureTopic(kafka, log);
    const consumer = kafka.consumer({
      groupId: INGEST_GROUP,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_EVERY_MS,
      maxBytesPerPartition: FETCH_BYTES_PER_PARTITION,
      maxBytes: PARTITIONS * FETCH_BYTES_PER_PARTITION,
      maxWaitTimeInMs: 500,
      retry: { retries: 5, restartOnFailure: async () => false },
    });
    const ended = untilEnded(consumer, signal);
    consumer.on(consumer.events.GROUP_JOIN, onRunning);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [USAGE_TOPIC], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS,
        eachBatch: (payload) => takeBatch(payload, signal),
      });
      await ended;
    } finally {
      await consumer.disconnect().catch((err: unknown) => log.debug({ err }, 'the Kafka client did not part cleanly'));
    }
  }

  function takeBatch(payload: EachBatchPayload, signal: AbortSignal): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    return ingestBatch(
      messages.map((message) => toBusMessage(topic, partition, message)),
      ingest,
      {
        stopping: signal,
        isStale: () => payload.isStale() || !payload.isRunning(),
        heartbeat: payload.heartbeat,
        heartbeatEveryMs: HEARTBEAT_EVERY_MS,
        commit: async (nextOffset) => {
          payload.resolveOffset((BigInt(nextOffset) - 1n).toString());
          await payload.commitOffsetsIfNecessary({
            topics: [{ topic, partitions: [{ partition, offset: nextOffset }] }],
          });
        },
      },
    );
  }
}

/** Resolves when `signal` is aborted, rejects when the client gives up. */
function untilEnded(consumer: Consumer, signal: AbortSignal): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  // It may reject while the client is still connecting, before anyone waits for it.
  ended.catch(() => undefined);
  return ended;
}

/** Creates the topic if it is absent; a broker that forbids it may have it, or make it, all the same. */
async function ensureTopic(kafka: Kafka, log: Logger): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: USAGE_TOPIC, numPartitions: PARTITIONS }] });
  } catch (err) {
    log.warn({ err, topic: USAGE_TOPIC }, 'the topic could not be created; going on as if it existed');
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

function toBusMessage(topic: string, partition: number, { offset, headers, value }: KafkaMessage): BusMessage {
  const header = headers?.[SEGMENT_ID_HEADER];
  const segmentId = Buffer.isBuffer(header) ? header.toString('utf8') : header;
  return {
    topic,
    partition,
    offset,
    segmentId: typeof segmentId === 'string' ? segmentId : undefined,
    value: value ?? undefined,
  };
}

/** The client's own log, at its level, with the fields that say where. */
function logInto(log: Logger): logCreator {
  return () =>
    ({ level, log: { message, error, broker } }) => {
      const fields = { source: 'kafka client', broker, error: error === undefined ? undefined : String(error) };
      if (level === logLevel.ERROR) log.warn(fields, message);
      else log.debug(fields, message);
    };
}
