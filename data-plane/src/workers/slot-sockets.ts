import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getSystemErrorName } from 'node:util';
import { tryLock } from '../folder-lock.ts';

/** The listening sockets of a node's workers on its port, one for each; the kernel spreads connections over them. */
export type SlotSockets = {
  readonly port: number;
  /** As a worker process is given them. */
  readonly handles: readonly SocketHandle[];
  close(): void;
};

/** What Node calls a handle: a socket without anything that reads from it. */
export type SocketHandle = { close(): void };

/** How long a predecessor's workers may take to notice that their supervisor is gone, and let the port go. */
const PORT_PATIENCE_MS = 2_000;
const PORT_RETRY_MS = 100;

/**
 * Binds the sockets that belong to the supervisor for as long as it lives, so that none is ever closed with connections
 * in its queue: workers come and go on them. The kernel would let any process of the same user join the port. So it is
 * 1. listened on once without sharing, which fails if anybody has it, 2. locked against other supervisors, 3. bound for
 * each worker, who alone listens.
 * @throws Error if the port is another's
 */
export async function bindSlotSockets(host: string, port: number, count: number): Promise<SlotSockets> {
  const { address, family } = await lookup(host);
  const free = await findFree(address, port); // 1.
  const unlock = free === undefined ? undefined : await tryLock(`port ${address} ${free}`); // 2.
  if (free === undefined || unlock === undefined) throw taken(host, port);
  const handles = bindEach((flags) => createHandle(address, free, family, undefined, flags), count); // 3.
  const close = () => {
    for (const handle of new Set(handles)) handle.close();
    unlock();
  };
  if (handles.length === count) return { port: free, handles, close };
  close();
  throw taken(host, port);
}

/**
 * A socket for each worker; on systems that do not spread connections over several (macOS), the same one for all, from which
 * whoever is first takes the next connection. @returns fewer if that fails
 */
export function bindEach(bind: (flags: number) => SocketHandle | number, count: number): readonly SocketHandle[] {
  const first = bind(REUSE_PORT);
  if (typeof first === 'number') {
    const only = getSystemErrorName(first) === 'ENOTSUP' ? bind(0) : first;
    return typeof only === 'number' ? [] : new Array<SocketHandle>(count).fill(only);
  }
  const others = Array.from({ length: count - 1 }, () => bind(REUSE_PORT));
  return [first, ...others.filter((handle) => typeof handle !== 'number')];
}

type CreateHandle = (
  address: string,
  port: number,
  family: number,
  fileDescriptor: undefined,
  flags: number,
) => SocketHandle | number;

/**
 * Node's own way to a bound socket that nothing accepts from in this process; `node:cluster` is built on it. A server made by
 * the public calls would take connections here. A number is libuv's code of an error.
 */
const createHandle = (net as unknown as { readonly _createServerHandle: CreateHandle })._createServerHandle;
/** `UV_TCP_REUSEPORT` of libuv. */
const REUSE_PORT = 2;

/** @returns the port, or a free one for 0; undefined if it stays taken */
async function findFree(address: string, port: number): Promise<number | undefined> {
  const deadline = Date.now() + PORT_PATIENCE_MS;
  for (;;) {
    const server = net.createServer((socket) => socket.destroy());
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen({ port, host: address, exclusive: true }, () => resolve(true));
    });
    if (isFree) {
      const bound = (server.address() as net.AddressInfo).port;
      await new Promise((resolve) => server.close(resolve));
      return bound;
    }
    if (Date.now() > deadline) return undefined;
    await sleep(PORT_RETRY_MS);
  }
}

const taken = (host: string, port: number): Error => new Error(`cannot listen on ${host}:${port}; is the port taken?`);
