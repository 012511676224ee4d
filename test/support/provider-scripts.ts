import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProviderScript } from './provider.ts';

const SSE = { 'content-type': 'text/event-stream' };

type Headers = Readonly<Record<string, string>>;

/** One whole body. */
export function answer(status: number, body: Buffer | string | object, headers: Headers = {}): ProviderScript {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return (response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(bytes);
}

export type StreamOptions = {
  /** The bytes are cut into pieces of these sizes, over and over; left out, one piece. */
  readonly cutEvery?: readonly number[];
  readonly pauseMs?: number;
  /** How the stream ends; 'reset' breaks the connection, 'hang' leaves it open. */
  readonly ending?: 'end' | 'reset' | 'hang';
};

/** A stream of server-sent events, its bytes cut wherever the sizes say. */
export function stream(bytes: Buffer, { cutEvery, pauseMs = 0, ending = 'end' }: StreamOptions = {}): ProviderScript {
  return async (response, call) => {
    response.writeHead(200, SSE);
    response.socket?.setNoDelay(true);
    for (const piece of cut(bytes, cutEvery ?? [bytes.length])) {
      if (response.destroyed) return;
      response.write(piece);
      call.bytesSent += piece.length;
      // Pieces that are written in one turn of the event loop would travel together.
      await (pauseMs > 0 ? delay(pauseMs) : new Promise(setImmediate));
    }
    if (ending === 'end') response.end();
    else if (ending === 'reset') response.socket?.resetAndDestroy();
    else response.flushHeaders();
  };
}

/**
 * A stream whose rest is sent only once `release` was called: for tests that must see the beginning before they go on.
 */
export function streamInTwo(beginning: Buffer, rest: ProviderScript) {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const script: ProviderScript = async (response, call) => {
    response.writeHead(200, SSE);
    response.write(beginning);
    await released;
    await rest(response, call);
  };
  return { script, release };
}

export const thenEnd =
  (bytes: Buffer | string): ProviderScript =>
  (response) =>
    void response.end(bytes);

export function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = Math.max(1, sizes[index % sizes.length] ?? 1);
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

/** Breaks the connection instead of answering. */
export const reset: ProviderScript = (response) => void response.socket?.resetAndDestroy();

/** Takes the call and never answers. */
export const hang: ProviderScript = () => {};

/** Not HTTP at all. */
export const garbage: ProviderScript = (response) => void response.socket?.end('\u0000\u0001 this is no HTTP\r\n\r\n');

/** Raw bytes in place of an answer, for heads that node:http would not write. */
export const raw =
  (text: string): ProviderScript =>
  (response) =>
    void response.socket?.end(text);

/** Streams as fast as the reader takes it and never ends; stops while the reader is slower, and counts what was taken. */
export function flood(frame: Buffer): ProviderScript {
  return async (response: ServerResponse, call) => {
    response.writeHead(200, SSE);
    const closed = new AbortController();
    response.once('close', () => closed.abort());
    while (!response.destroyed) {
      call.bytesSent += frame.length;
      if (!response.write(frame)) await once(response, 'drain', { signal: closed.signal }).catch(() => {});
    }
  };
}
