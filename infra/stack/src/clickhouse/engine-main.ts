import { once } from 'node:events';
import type { Server } from 'node:http';
import { createGate } from './concurrency.ts';
import { type Engine, openEngine } from './engine.ts';
import type { EngineOrder, EngineReport } from './engine-protocol.ts';
import { createHttpServer } from './http-server.ts';

/** chDB works on libuv's threads; the launcher sets how many there are. Two are left for files and compression. */
const THREADS = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
const QUERIES_RUNNING = Math.max(2, THREADS - 2);
const QUERIES_WAITING = 200;
const BODY_LIMIT_BYTES = 256 * 1024 * 1024;
const CLOSE_LIMIT_MS = 8_000;

/**
 * The engine's process: takes one order over the message channel, serves until it is told to stop or its parent is
 * gone (then the channel closes). A query that outlasts the shutdown's limit is cut off; acknowledged inserts are
 * already on disk.
 */
async function main(): Promise<void> {
  const [order] = (await once(process, 'message')) as [EngineOrder];
  const told = Promise.race([once(process, 'disconnect'), once(process, 'SIGTERM')]);
  const engine = openEngine(order.dataDir, order.configFile);
  const gate = createGate({ running: QUERIES_RUNNING, waiting: QUERIES_WAITING });
  const server = createHttpServer({ engine, gate, password: order.password, bodyLimitBytes: BODY_LIMIT_BYTES });
  server.listen(order.port, '127.0.0.1');
  await once(server, 'listening');
  report({ tag: 'listening' });
  await told;
  // A kill and no exit if time is up: the engine's exit handlers would wait for the query that runs.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), CLOSE_LIMIT_MS).unref();
  await close(server, engine);
  process.exit(0);
}

async function close(server: Server, engine: Engine): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
  await engine.close();
}

function report(message: EngineReport): void {
  if (process.connected) process.send?.(message);
}

main().catch((error: unknown) => {
  report({ tag: 'failed', reason: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect();
});
