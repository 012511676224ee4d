import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChildExit, type RunningChild, startChild } from '../child-process.ts';
import { takeOver } from '../earlier-run.ts';
import { findFreePort } from '../free-port.ts';
import { waitUntil } from '../wait-until.ts';
import { kafkaAvailability } from './availability.ts';
import { answersMetadata } from './broker-probe.ts';
import { brokerProperties } from './broker-properties.ts';
import { javaArgs, runKafkaTool } from './java.ts';
import { defaultCacheDir, ensureJars } from './kafka-jars.ts';

export interface KafkaOptions {
  /** Absolute path. Made if absent; holds the broker's log. One broker at a time. */
  readonly dataDir: string;
  /** A free one by default. */
  readonly port?: number;
  /** Where the broker's jars are kept; `~/.cache/tollgate` by default. */
  readonly cacheDir?: string;
  readonly log?: (line: string) => void;
}

export interface RunningKafka {
  /** `127.0.0.1:port`: what KAFKA_BROKERS takes. */
  readonly brokers: string;
  readonly port: number;
  pid(): number;
  /** Of the broker that runs now. */
  exited(): Promise<ChildExit>;
  stop(): Promise<void>;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** Stops the broker if it runs and starts it on the same data and port. */
  restart(): Promise<void>;
}

const START_LIMIT_MS = 60_000;

/**
 * Starts a real Apache Kafka 4 broker (KRaft, one node) on loopback and waits until it answers as a cluster. A broker
 * that a killed process left in this folder is stopped first. Throws where `kafkaAvailability` says no.
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const { dataDir, cacheDir = defaultCacheDir(), log = () => {} } = options;
  const availability = kafkaAvailability(cacheDir);
  if (!availability.available) throw new Error(availability.reason);
  const jars = await ensureJars(cacheDir, log);
  await mkdir(dataDir, { recursive: true });
  await takeOver({ dataDir, workingDir: dataDir, program: 'java', stopSignal: 'SIGTERM', graceMs: 15_000 });
  const port = options.port ?? (await findFreePort());
  const logDir = join(dataDir, 'log');
  const properties = join(dataDir, 'server.properties');
  await writeFile(properties, brokerProperties({ brokerPort: port, controllerPort: await findFreePort(), logDir }));
  await ensureFormatted(jars, logDir, properties);

  const start = () => startBroker({ jars, dataDir, properties, port, log });
  let broker = await start();
  return {
    brokers: `127.0.0.1:${port}`,
    port,
    pid: () => broker.pid,
    exited: () => broker.exited,
    stop: () => broker.stop(),
    kill: () => broker.kill(),
    async restart() {
      await broker.stop();
      broker = await start();
    },
  };
}

/** Gives new storage its cluster id: 128 random bits, base64url, as Kafka's own tool makes them. */
async function ensureFormatted(jars: string, logDir: string, properties: string): Promise<void> {
  if (existsSync(join(logDir, 'meta.properties'))) return;
  const clusterId = randomBytes(16).toString('base64url');
  await runKafkaTool(jars, 'kafka.tools.StorageTool', ['format', `--cluster-id=${clusterId}`, '-c', properties]);
}

interface BrokerParts {
  readonly jars: string;
  readonly dataDir: string;
  readonly properties: string;
  readonly port: number;
  readonly log: (line: string) => void;
}

function startBroker({ jars, dataDir, properties, port, log }: BrokerParts): Promise<RunningChild> {
  return startChild({
    name: 'kafka',
    command: 'java',
    args: javaArgs(jars, 'kafka.Kafka', [properties]),
    options: { cwd: dataDir },
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 20_000,
    startTimeoutMs: START_LIMIT_MS,
    log,
    async ready(_, signal) {
      const isUp = () => answersMetadata(`127.0.0.1:${port}`);
      await waitUntil(isUp, { timeoutMs: START_LIMIT_MS, intervalMs: 100, signal });
    },
  });
}
