import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { type ClickHouseAddress, openClickHouse } from './clickhouse/connection.ts';
import { createDatabase } from './clickhouse/create-database.ts';
import { createServer } from './http/server.ts';
import { createIngestMessage } from './ingest/ingest-message.ts';
import { createIngestSegment } from './ingest/ingest-segment.ts';
import { createUsageConsumer } from './ingest/kafka-consumer.ts';
import { retryUntilAborted } from './ingest/retry.ts';
import { createSegmentRoutes } from './ingest/segment-server.ts';
import { createSegmentStore } from './ingest/segment-store.ts';
import { createMetrics } from './metrics.ts';
import { runMigrations } from './migrations/run-migrations.ts';
import { createQueryRoutes } from './queries/query-routes.ts';

export type AnalyticsConfig = {
  readonly clickHouse: ClickHouseAddress;
  /** If there are none, segments come over HTTP alone. */
  readonly kafkaBrokers: readonly string[];
  /** Any of these proves that the caller is one of Tollgate's own. */
  readonly internalTokens: readonly string[];
  /** Ids of the sealing keys that it accepts, the current one first; told to whoever has an internal token. */
  readonly sealingKeys: readonly string[];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How long a request with a segment tries to reach ClickHouse before it answers 503; 10 s by default. */
  readonly segmentPatienceMs?: number;
};

export type Analytics = {
  /** Listens. @returns the URL, such as `http://127.0.0.1:4200`. */
  start(): Promise<string>;
  /** Resolves once the tables are there; until then every path but `/healthz` and `/metrics` answers 503. */
  readonly prepared: Promise<void>;
  /** Takes no more, finishes and commits what is in hand, and lets go of all. */
  stop(): Promise<void>;
};

const CONNECTIONS_MAX = 24;
const PREPARE_BACKOFF = Object.freeze({ firstMs: 250, maxMs: 5_000 });
/** How long ClickHouse may be away at the start before the log calls it an error. */
const PREPARE_PATIENCE_MS = 60_000;
const SEGMENT_PATIENCE_MS = 10_000;

/** Puts the service together. */
export function createAnalytics(config: AnalyticsConfig, log: Logger): Analytics {
  const stopping = new AbortController();
  const metrics = createMetrics();
  const client = openClickHouse(config.clickHouse, CONNECTIONS_MAX);
  const store = createSegmentStore(client);
  const ingest = createIngestSegment({ store, metrics, log });
  const consumer = createUsageConsumer({
    brokers: config.kafkaBrokers,
    ingest: createIngestMessage({ ingest, store, metrics, log }),
    log,
    onState: metrics.setConsumerState,
  });
  let isMigrated = false;
  let markPrepared = () => {};
  const prepared = new Promise<void>((resolve) => {
    markPrepared = resolve;
  });
  let preparing: Promise<void> = Promise.resolve();

  const server = createServer({
    internalTokens: config.internalTokens,
    sealingKeys: config.sealingKeys,
    metrics,
    log,
    isMigrated: () => isMigrated,
    whyNotReady: async () => {
      if (!isMigrated) return 'ClickHouse is not prepared yet';
      return (await client.ping()).success ? undefined : 'ClickHouse cannot be reached';
    },
    routes: [
      createSegmentRoutes({
        ingest,
        metrics,
        log,
        stopping: stopping.signal,
        patienceMs: config.segmentPatienceMs ?? SEGMENT_PATIENCE_MS,
      }),
      createQueryRoutes(client),
    ],
  });

  return {
    prepared,
    async start() {
      await server.listen({ host: config.host, port: config.port });
      preparing = prepare();
      const { port } = server.server.address() as AddressInfo;
      return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    },
    async stop() {
      // 1. No new retries, no new requests; 2. what is in hand ends; 3. the connections. A kill at any point loses
      // nothing, because senders and Kafka keep a segment until it is acknowledged.
      stopping.abort();
      await Promise.all([server.close(), consumer.stop(), preparing]);
      await client.close();
    },
  };

  async function prepare(): Promise<void> {
    const startedAt = performance.now();
    try {
      await retryUntilAborted(migrate, PREPARE_BACKOFF, stopping.signal, (err, attempts) => {
        const level = performance.now() - startedAt < PREPARE_PATIENCE_MS ? 'warn' : 'error';
        log[level]({ err, attempts }, 'ClickHouse cannot be prepared; trying again');
      });
    } catch {
      return;
    }
    isMigrated = true;
    markPrepared();
    if (config.kafkaBrokers.length > 0 && !stopping.signal.aborted) consumer.start();
  }

  async function migrate(): Promise<void> {
    await createDatabase(config.clickHouse);
    const versions = await runMigrations(client);
    if (versions.length > 0) log.info({ versions }, 'migrations applied');
  }
}
