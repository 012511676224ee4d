import type { Connection } from './connection.ts';

/** What a client saw of one request. */
export type Reply = {
  /** From sending it to the last byte of the answer, or to the break of the connection. */
  readonly ms: number;
} & ({ readonly status: number; readonly body: string } | { readonly failure: string });

/** Sends one request and keeps its whole answer. */
export function ask(connection: Connection, request: Buffer): Promise<Reply> {
  const sentMs = performance.now();
  const took = () => performance.now() - sentMs;
  const pieces: Buffer[] = [];
  return new Promise((resolve) => {
    connection.send(request, {
      // A piece is valid only during the call.
      onBody: (bytes) => void pieces.push(Buffer.from(bytes)),
      onDone: (status) => resolve({ ms: took(), status, body: Buffer.concat(pieces).toString() }),
      onFailed: (failure) => resolve({ ms: took(), failure }),
    });
  });
}
