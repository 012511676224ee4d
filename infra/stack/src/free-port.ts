import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';
/** Below the ports that systems give to outgoing connections, one of which could take a port before its service is up. */
const PORT_MIN = 15_000;
const PORT_MAX = 32_000;
const TRIES_MAX = 100;

/**
 * A TCP port on 127.0.0.1 that nothing listens on. Another process may take it before the caller does, so a
 * service that finds its port taken must fail to start rather than wait.
 */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${TRIES_MAX} ports from ${PORT_MIN} to ${PORT_MAX} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(true)));
  });
}
