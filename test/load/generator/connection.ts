import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Target } from './request.ts';
import { createResponseReader } from './response-reader.ts';

type Address = Pick<Target, 'host' | 'port'>;

/** One request's outcome; exactly one of `onDone` and `onFailed` is called, once. */
export interface Exchange {
  /** A piece of the body; valid only during the call. */
  onBody?(bytes: Buffer): void;
  onDone(status: number): void;
  onFailed(reason: string): void;
}

/** A kept-alive connection that carries one request at a time and is opened anew after it broke. */
export interface Connection {
  send(request: Buffer, exchange: Exchange): void;
  close(): void;
}

/** All sockets read into one buffer: its content is used up before the next socket is read. */
const readBuffer = Buffer.allocUnsafe(64 * 1024);

/** Resolves with a connection that is established, so that no measured request has to wait for that. */
export async function openConnection({ host, port }: Address): Promise<Connection> {
  let current: Exchange | undefined;
  let socket = openSocket();

  function settle(outcome: (exchange: Exchange) => void): void {
    const exchange = current;
    current = undefined;
    if (exchange !== undefined) outcome(exchange);
  }

  function openSocket(): Socket {
    const reader = createResponseReader({
      onBody: (bytes) => current?.onBody?.(bytes),
      onEnd: (status) => settle((exchange) => exchange.onDone(status)),
    });
    const opened = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback(length) {
          try {
            reader.push(readBuffer.subarray(0, length));
          } catch (error) {
            opened.destroy(error instanceof Error ? error : new Error(String(error)));
          }
          return true;
        },
      },
    });
    opened.on('error', (error) => settle((exchange) => exchange.onFailed(error.message)));
    opened.on('close', () =>
      settle((exchange) => exchange.onFailed('the connection was closed before the answer ended')),
    );
    return opened;
  }

  await once(socket, 'connect');
  return {
    send(request, exchange) {
      if (current !== undefined) throw new Error('this connection still waits for an answer');
      if (socket.destroyed || !socket.writable) socket = openSocket();
      current = exchange;
      socket.write(request);
    },
    close() {
      current = undefined;
      socket.destroy();
    },
  };
}

export async function openConnections(address: Address, count: number): Promise<Connection[]> {
  const opened: Connection[] = [];
  // Fifty at a time stay below the usual limits of a listen queue.
  while (opened.length < count) {
    const more = Math.min(50, count - opened.length);
    opened.push(...(await Promise.all(Array.from({ length: more }, () => openConnection(address)))));
  }
  return opened;
}
