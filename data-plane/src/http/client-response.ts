import type { HttpResponse } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import { GATEWAY_ERRORS, type GatewayError, toOpenAiErrorBody } from '@tollgate/schema';

/** Names and values in turn. Values are printable ASCII by construction: they are names of the configuration, numbers and ids. */
export type HeaderList = readonly string[];

/** One answer to a client, from the first byte to the last. Every verb is harmless once the client is gone. */
export type ClientResponse = {
  isGone(): boolean;
  /** At most one listener; called when the client closes its connection before the answer's end. */
  onGone(listener: () => void): void;
  /** Sends a whole answer. */
  send(status: number, headers: HeaderList, body: Buffer | string): void;
  startStream(status: number, headers: HeaderList): void;
  /** Returns false if the client reads more slowly than this; then `onDrain` says when to go on. */
  write(chunk: Buffer): boolean;
  /** At most one listener. */
  onDrain(listener: () => void): void;
  end(): void;
};

/**
 * `isDraining` closes the connection behind the answer, so that the client's next request goes to another node. A stream can
 * only say so in its head and leave the closing to the client: told to close at the end of a chunked answer, uWebSockets.js
 * writes the header between two chunks, which garbles the answer.
 */
export function createClientResponse(res: HttpResponse, isDraining: () => boolean): ClientResponse {
  let isGone = false;
  let hasEnded = false;
  let goneListener: (() => void) | undefined;
  res.onAborted(() => {
    isGone = true;
    if (!hasEnded) goneListener?.();
  });

  /** All headers go in one call, as the first one's value: uWebSockets.js copies values as they are, and a call costs more than the copy. */
  function head(status: number, headers: HeaderList): void {
    if (status !== 200) res.writeStatus(`${status} ${STATUS_CODES[status] ?? 'Unknown'}`);
    const [name = '', first = ''] = headers;
    let value = first;
    for (let i = 2; i + 1 < headers.length; i += 2) value += `\r\n${headers[i]}: ${headers[i + 1]}`;
    res.writeHeader(name, value);
  }

  return {
    isGone: () => isGone,
    onGone(listener) {
      goneListener = listener;
    },
    send(status, headers, body) {
      if (isGone || hasEnded) return;
      hasEnded = true;
      res.cork(() => {
        head(status, headers);
        res.end(body, isDraining());
      });
    },
    startStream(status, headers) {
      if (isGone) return;
      res.cork(() => {
        head(status, headers);
        if (isDraining()) res.writeHeader('connection', 'close');
      });
    },
    write(chunk) {
      if (isGone || hasEnded) return true;
      let isTaken = true;
      res.cork(() => {
        isTaken = res.write(chunk);
      });
      return isTaken;
    },
    onDrain(listener) {
      res.onWritable(() => {
        listener();
        return true;
      });
    },
    end() {
      if (isGone || hasEnded) return;
      hasEnded = true;
      res.cork(() => void res.end());
    },
  };
}

export const JSON_HEADERS: HeaderList = ['content-type', 'application/json'];

export function sendError(response: ClientResponse, error: GatewayError, headers: HeaderList = []): void {
  const { status } = GATEWAY_ERRORS[error.code];
  const retryAfter = status === 503 ? ['retry-after', '1'] : [];
  response.send(status, [...JSON_HEADERS, ...retryAfter, ...headers], JSON.stringify(toOpenAiErrorBody(error)));
}
