import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyring } from '@tollgate/schema';
import {
  findFreePort,
  type RunningClickHouse,
  type RunningKafka,
  type RunningPostgres,
  startClickHouse,
  startKafka,
  startPlane,
  startPostgres,
} from '@tollgate/stack';
import { connectStack, type Stack } from '../../support/stack.ts';
import { createBusLag } from '../accounts/bus-lag.ts';
import { openUsageBooks, type UsageBooks } from '../accounts/usage-books.ts';
import { createPart, type Part } from './part.ts';
import { findPorts } from './ports.ts';

export type ChaosSystem = {
  readonly postgres: Part;
  readonly clickHouse: Part;
  readonly controlPlane: Part;
  readonly analytics: Part;
  readonly node: Part;
  /** All nodes, `node` first, and where each serves. */
  readonly nodes: readonly ServingNode[];
  /** The bus, if the system was started with one. */
  readonly kafka: RunningKafka | undefined;
  readonly stack: Stack;
  readonly books: UsageBooks;
  /** Ends whatever runs and deletes its data; with TOLLGATE_CHAOS_KEEP=1, data and log stay and their folder is printed. */
  end(): Promise<void>;
};

export type ServingNode = { readonly part: Part; readonly url: string };

export type ChaosOptions = {
  /** How many nodes serve; one if left out. */
  readonly nodes?: number;
  readonly withKafka?: boolean;
  /** More environment for the planes. */
  readonly env?: Readonly<Record<string, string>>;
};

const ADMIN_TOKEN = 'chaos-admin-token';

/** Starts every process of Tollgate by itself, so that each can be killed and started again alone. */
export async function startSystem({
  nodes: nodeCount = 1,
  withKafka = false,
  env: moreEnv = {},
}: ChaosOptions = {}): Promise<ChaosSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tollgate-chaos-'));
  const logFile = join(dataDir, 'chaos.log');
  const log = (line: string) => appendFileSync(logFile, `${new Date().toISOString()} ${line}\n`);
  const ports = await findPorts();
  const urlAt = (port: number) => `http://127.0.0.1:${port}`;
  const kafka = withKafka ? await startKafka({ dataDir: join(dataDir, 'kafka'), log }) : undefined;
  const sealKey = randomBytes(32).toString('base64');
  const shared = {
    TOLLGATE_SEAL_KEY: sealKey,
    TOLLGATE_DATA_DIR: dataDir,
    TOLLGATE_CONTROL_PORT: String(ports.control),
    TOLLGATE_ANALYTICS_PORT: String(ports.analytics),
    TOLLGATE_GATEWAY_PORT: String(ports.gateway),
    TOLLGATE_CONTROL_URL: urlAt(ports.control),
    TOLLGATE_ANALYTICS_URL: urlAt(ports.analytics),
    // Segments are sealed and shipped more often than usual, so that a kill at any moment finds some of them half way.
    TOLLGATE_SEAL_AFTER_MS: '200',
    ...(kafka && { KAFKA_BROKERS: kafka.brokers }),
    ...moreEnv,
  };

  let postgresRun: RunningPostgres | undefined;
  let clickHouseRun: RunningClickHouse | undefined;
  const postgres = createPart('Postgres', async () => {
    postgresRun = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: ports.postgres, log });
    return postgresRun;
  });
  const clickHouse = createPart('ClickHouse', async () => {
    clickHouseRun = await startClickHouse({ dataDir: join(dataDir, 'clickhouse'), port: ports.clickHouse, log });
    return clickHouseRun;
  });
  const controlPlane = createPart('the control plane', () =>
    startPlane('control-plane', {
      env: { ...shared, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN, DATABASE_URL: postgresRun?.url },
      log,
    }),
  );
  const analytics = createPart('analytics', () =>
    startPlane('analytics', { env: { ...shared, CLICKHOUSE_URL: clickHouseRun?.url }, log }),
  );
  const node = createPart('the node', () => startPlane('data-plane', { env: shared, log }));
  const nodes: ServingNode[] = [{ part: node, url: urlAt(ports.gateway) }];
  for (let index = 1; index < nodeCount; index += 1) {
    const port = await findFreePort();
    const env = { ...shared, TOLLGATE_DATA_DIR: join(dataDir, `node-${index}`), TOLLGATE_GATEWAY_PORT: String(port) };
    nodes.push({
      part: createPart(`node ${index}`, () => startPlane('data-plane', { env, log })),
      url: urlAt(port),
    });
  }
  const parts = [postgres, clickHouse, controlPlane, analytics, ...nodes.map(({ part }) => part)];

  async function end(): Promise<void> {
    for (const part of parts.toReversed()) if (part.isRunning()) await part.kill();
    await kafka?.kill();
    const isKept = process.env['TOLLGATE_CHAOS_KEEP'] === '1';
    if (isKept) console.info(`chaos: data and log are kept in ${dataDir}`);
    else await postgresRun?.stop({ remove: true });
    if (!isKept) await rm(dataDir, { recursive: true, force: true });
  }

  try {
    for (const part of parts) await part.start();
  } catch (error) {
    await end();
    throw error;
  }
  const stack = connectStack({
    gatewayUrl: urlAt(ports.gateway),
    controlUrl: urlAt(ports.control),
    adminToken: ADMIN_TOKEN,
    dataDir,
    databaseUrl: postgresRun?.url ?? '',
    logFile,
    nodePid: 0,
  });
  const books = openUsageBooks({
    clickHouseUrl: clickHouseRun?.url ?? '',
    analyticsUrl: urlAt(ports.analytics),
    internalToken: createKeyring(sealKey).internalToken,
    spoolFolder: join(dataDir, 'node', 'spool'),
    busLag: kafka === undefined ? async () => 0 : createBusLag(kafka.brokers),
  });
  return { postgres, clickHouse, controlPlane, analytics, node, nodes, kafka, stack, books, end };
}
