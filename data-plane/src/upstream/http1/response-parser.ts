import { type ChunkedDecoder, createChunkedDecoder } from './chunked-decoder.ts';
import { parseResponseHead, type ResponseHead } from './response-head.ts';

export type ResponseEvents = {
  onHead(head: ResponseHead): void;
  /** The chunk is part of what was pushed. */
  onData(chunk: Buffer): void;
  /** Nothing of this response comes after it. */
  onEnd(): void;
};

/** Reads the responses on one connection, one at a time, from bytes cut anywhere. */
export type ResponseParser = {
  /** A request was sent, whose response comes next. */
  begin(): void;
  /** Keeps nothing of the chunk itself. Returns false for what is not HTTP/1.1, or comes after the response's end. */
  push(chunk: Buffer): boolean;
  /** The server closed its side. Returns whether the response is whole. */
  close(): boolean;
};

const HEAD_BYTES_MAX = 65_536;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

export function createResponseParser(events: ResponseEvents): ResponseParser {
  let held: Buffer | undefined;
  let body: 'none' | 'length' | 'chunked' | 'until_close' | 'ended' = 'ended';
  let remaining = 0;
  let chunked: ChunkedDecoder | undefined;

  function end(): void {
    body = 'ended';
    events.onEnd();
  }

  function pushHead(chunk: Buffer): boolean {
    const bytes = held === undefined ? chunk : Buffer.concat([held, chunk]);
    const end = bytes.indexOf(END_OF_HEAD);
    if (end === -1) {
      held = bytes === chunk ? Buffer.from(chunk) : bytes;
      return bytes.length <= HEAD_BYTES_MAX;
    }
    held = undefined;
    const head = parseResponseHead(bytes.toString('latin1', 0, end));
    if (head === undefined || end > HEAD_BYTES_MAX || head.status === 101) return false;
    const rest = bytes.subarray(end + END_OF_HEAD.length);
    // An interim response says nothing yet; the final one follows.
    if (head.status < 200) return rest.length === 0 || pushHead(rest);
    return startBody(head, rest);
  }

  function startBody(head: ResponseHead, rest: Buffer): boolean {
    body = head.framing.kind;
    if (head.framing.kind === 'length') remaining = head.framing.bytes;
    if (head.framing.kind === 'chunked') chunked = createChunkedDecoder(events.onData);
    events.onHead(head);
    if (rest.length > 0) return push(rest);
    if (body === 'length' && remaining === 0) end();
    return true;
  }

  function push(chunk: Buffer): boolean {
    switch (body) {
      case 'none':
        return pushHead(chunk);
      case 'length': {
        if (chunk.length > remaining) return false;
        remaining -= chunk.length;
        events.onData(chunk);
        if (remaining === 0) end();
        return true;
      }
      case 'chunked': {
        const state = chunked?.push(chunk);
        if (state === 'ended') end();
        return state !== 'broken';
      }
      case 'until_close':
        events.onData(chunk);
        return true;
      case 'ended':
        return false;
      default:
        return body satisfies never;
    }
  }

  return {
    begin() {
      held = undefined;
      body = 'none';
    },
    push,
    close() {
      if (body === 'until_close') end();
      return body === 'ended';
    },
  };
}
