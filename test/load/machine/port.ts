import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from './child.ts';

const HOST = '127.0.0.1';
const START_PATIENCE_MS = 10_000;

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}

/** Resolves once `child` accepts connections on `port`; rejects when it ends before or takes too long. */
export async function untilListening(port: number, child: Child): Promise<void> {
  const deadlineMs = performance.now() + START_PATIENCE_MS;
  let ended = false;
  child.exited.then(() => {
    ended = true;
  });
  while (!(await accepts(port))) {
    if (ended) throw new Error(`the process that should listen on port ${port} ended; its messages are above`);
    if (performance.now() > deadlineMs)
      throw new Error(`nothing listens on port ${port} after ${START_PATIENCE_MS} ms`);
    await pause(20);
  }
}
