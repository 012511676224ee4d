import { createServer, type Server, type Socket } from 'node:net';
import { createDuplicateDescriptor } from './duplicate-descriptor.ts';

/** Takes connections from listening sockets that belong to the supervisor. */
export type Acceptor = {
  /** Takes connections from this slot's socket, from when the promise resolves. */
  accept(slot: number, handle: unknown): Promise<void>;
  /** What waits in the socket's queue stays there, for whoever takes connections from it next. */
  leave(slot: number): void;
  leaveAll(): void;
};

/**
 * Connections are accepted by Node, for it can listen on a socket that was made by another process, and handed to `adopt`
 * before anything is read from them.
 */
export function createAcceptor(adopt: (fileDescriptor: number) => void, onFailure: (error: unknown) => void): Acceptor {
  const duplicate = createDuplicateDescriptor();
  const servers = new Map<number, Server>();

  function take(socket: Socket): void {
    try {
      adopt(duplicate(descriptorOf(socket)));
    } catch (error) {
      onFailure(error);
    } finally {
      socket.destroy();
    }
  }

  function leave(slot: number): void {
    servers.get(slot)?.close();
    servers.delete(slot);
  }

  return {
    accept(slot, handle) {
      leave(slot);
      const server = createServer({ pauseOnConnect: true, noDelay: true }, take);
      servers.set(slot, server);
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(handle, LISTEN_BACKLOG, () => resolve());
      });
    },
    leave,
    leaveAll() {
      for (const slot of [...servers.keys()]) leave(slot);
    },
  };
}

/** As uWebSockets.js has it; the kernel's own bound is `net.core.somaxconn`. */
const LISTEN_BACKLOG = 512;

/** Node's socket keeps its descriptor in the handle that it does not declare. */
function descriptorOf(socket: Socket): number {
  const { _handle } = socket as unknown as { readonly _handle: { readonly fd: number } | null };
  if (_handle === null || _handle.fd < 0) throw new Error('the connection was closed before it could be taken');
  return _handle.fd;
}
