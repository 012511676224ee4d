import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildExit, startChild } from '../child-process.ts';
import { takeOver } from '../earlier-run.ts';
import { findFreePort } from '../free-port.ts';
import { readOrCreateSecret } from '../secret-file.ts';
import { engineConfig } from './engine-config.ts';
import type { EngineOrder, EngineReport } from './engine-protocol.ts';

export interface ClickHouseOptions {
  /** Absolute path. Made if absent; holds data and password. One engine at a time. */
  readonly dataDir: string;
  /** A free one by default. */
  readonly port?: number;
  /** What the engine may allocate; by default a quarter of the machine's memory, at most 2 GiB. */
  readonly memoryLimitBytes?: number;
  readonly log?: (line: string) => void;
}

export interface RunningClickHouse {
  /** `http://default:password@127.0.0.1:port`, what `createClient({ url })` takes. A secret: not for logs. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const GIB = 1024 ** 3;

/**
 * Starts the ClickHouse engine (chDB) in a process of its own that speaks ClickHouse's HTTP interface on loopback.
 * An acknowledged insert is on disk (fsync). The process ends itself when this one dies.
 */
export async function startClickHouse(options: ClickHouseOptions): Promise<RunningClickHouse> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  await takeOver({
    dataDir: options.dataDir,
    workingDir: options.dataDir,
    program: basename(process.execPath),
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  });
  const password = await readOrCreateSecret(join(options.dataDir, 'password'));
  const configFile = join(options.dataDir, 'engine.xml');
  const memoryLimitBytes = options.memoryLimitBytes ?? Math.min(2 * GIB, Math.floor(totalmem() / 4));
  await writeFile(configFile, engineConfig(memoryLimitBytes));
  const port = options.port ?? (await findFreePort());
  const order: EngineOrder = { dataDir: join(options.dataDir, 'data'), configFile, port, password };
  const child = await startChild({
    name: 'clickhouse',
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', engineMain()],
    options: { cwd: options.dataDir, env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', UV_THREADPOOL_SIZE: '10' } },
    ipc: true,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 10_000,
    startTimeoutMs: 30_000,
    ...(options.log && { log: options.log }),
    ready: (process) => giveOrder(process, order),
  });
  const url = `http://default:${password}@127.0.0.1:${port}`;
  return { url, port, pid: child.pid, exited: child.exited, stop: child.stop, kill: child.kill };
}

function giveOrder(child: ChildProcess, order: EngineOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', (report: EngineReport) => {
      if (report.tag === 'listening') resolve();
      else reject(new Error(`The embedded ClickHouse could not start on ${order.dataDir}: ${report.reason}`));
    });
    child.send(order, (error) => error && reject(error));
  });
}

/** The child's program: compiled beside this file when this file is, else its source. */
function engineMain(): string {
  const self = fileURLToPath(import.meta.url);
  return join(self, '..', `engine-main${extname(self)}`);
}
