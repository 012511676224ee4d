import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from './wait-for.ts';

/** One call as the provider saw it. */
export type ReceivedCall = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were on the wire. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Whether the caller closed the connection before the answer's end. */
  isAborted: boolean;
  /** Bytes of the answer that were handed to the socket. */
  bytesSent: number;
};

/** How the provider answers one call. */
export type ProviderScript = (response: ServerResponse, call: ReceivedCall) => void | Promise<void>;

/** A paid provider's stand-in on loopback: answers as its script says and remembers what it was sent. */
export type Provider = {
  /** Ends in `/v1`, as an operator configures it. */
  readonly baseUrl: string;
  readonly calls: readonly ReceivedCall[];
  /** What the next calls are answered with. */
  play(script: ProviderScript): void;
  lastCall(): ReceivedCall;
  /** Waits until a call has arrived that the caller then gave up. */
  waitForAbort(): Promise<ReceivedCall>;
  openConnections(): Promise<number>;
  close(): Promise<void>;
};

export async function startProvider(): Promise<Provider> {
  const calls: ReceivedCall[] = [];
  let script: ProviderScript = (response) => void response.writeHead(500).end('the provider has no script');
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { url: path = '', headers, rawHeaders } = request;
    const call: ReceivedCall = {
      path,
      headers,
      rawHeaders,
      body: Buffer.concat(pieces),
      isAborted: false,
      bytesSent: 0,
    };
    calls.push(call);
    response.on('close', () => {
      call.isAborted = !response.writableFinished;
    });
    response.on('error', () => {});
    await script(response, call);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    calls,
    play(next) {
      script = next;
    },
    lastCall() {
      const call = calls.at(-1);
      if (call === undefined) throw new Error('the provider was not called');
      return call;
    },
    waitForAbort: () => waitFor('the provider’s caller to give up', () => calls.find(({ isAborted }) => isAborted)),
    openConnections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export const jsonOf = (call: ReceivedCall): Record<string, unknown> =>
  JSON.parse(call.body.toString()) as Record<string, unknown>;
