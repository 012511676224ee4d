import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChildExit, type RunningChild, startChild } from '../child-process.ts';
import { findFreePort } from '../free-port.ts';
import { readIfPresent, readOrCreateSecret } from '../secret-file.ts';
import { waitUntil } from '../wait-until.ts';
import { clusterOf, ensureCluster, postgresEnv, SUPERUSER } from './cluster.ts';
import { ensureDatabase } from './database.ts';
import { endEarlierPostgres } from './earlier-postgres.ts';
import { type Placement, placePostgres } from './placement.ts';

export interface PostgresOptions {
  /** Absolute path. Made if absent; holds the password and, unless closed to Postgres's account, the data. */
  readonly dataDir: string;
  /** A free one by default. */
  readonly port?: number;
  readonly log?: (line: string) => void;
}

export interface RunningPostgres {
  /** `postgres://user:password@127.0.0.1:port/tollgate`. A secret: not for logs. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Fast shutdown: open transactions are rolled back. `remove` then deletes `dataDir` and data kept outside it. */
  stop(options?: { remove?: boolean }): Promise<void>;
  kill(): Promise<void>;
}

/** A small machine's share: it serves one control plane and is not the hot path. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '64MB',
  max_connections: '60',
  max_wal_size: '256MB',
  autovacuum_max_workers: '1',
  max_parallel_workers_per_gather: '0',
  io_method: 'sync',
  jit: 'off',
  // Starts, stops and failures of the server itself; not errors of statements, which may quote what was stored.
  log_min_messages: 'log',
  log_checkpoints: 'off',
} as const;

/**
 * Starts the embedded Postgres 18 on loopback, durable (fsync stays on), its password in `dataDir/password`. Root
 * may call it, see `placePostgres`. A server that a killed process left behind is shut down first; one whose starter
 * is alive makes the call fail.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const placement = await placePostgres(options.dataDir);
  const password = await readOrCreateSecret(join(options.dataDir, 'password'));
  await endEarlierPostgres(options.dataDir, clusterOf(placement));
  await ensureCluster(placement, password);
  const port = options.port ?? (await findFreePort());
  const child = await startServer(placement, port, options);
  const server = new URL(`postgres://${SUPERUSER}:${password}@127.0.0.1:${port}`);
  const database = await ensureDatabase(server).catch(async (error: unknown) => {
    await child.kill();
    throw error;
  });
  return {
    url: database.href,
    port,
    pid: child.pid,
    exited: child.exited,
    kill: child.kill,
    async stop({ remove = false } = {}) {
      await child.stop();
      if (!remove) return;
      for (const folder of [placement.home, options.dataDir]) await rm(folder, { recursive: true, force: true });
    },
  };
}

function startServer(placement: Placement, port: number, options: PostgresOptions): Promise<RunningChild> {
  const cluster = clusterOf(placement);
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return startChild({
    name: 'postgres',
    command: join(placement.bin, 'postgres'),
    args: ['-D', cluster, ...settings],
    options: { ...placement.account, cwd: placement.home, env: postgresEnv() },
    stopSignal: 'SIGINT',
    stopTimeoutMs: 15_000,
    startTimeoutMs: 30_000,
    ...(options.log && { log: options.log }),
    async ready(child, signal) {
      const isReady = async () => isServing(await readIfPresent(join(cluster, 'postmaster.pid')), child.pid);
      await waitUntil(isReady, { timeoutMs: 30_000, intervalMs: 10, signal });
    },
  });
}

/** postmaster.pid: the pid in line 1, and in line 8 `ready` once connections are taken (miscadmin.h). */
function isServing(pidFile: string | undefined, pid: number | undefined): boolean {
  const lines = pidFile?.split('\n') ?? [];
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
