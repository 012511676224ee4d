/**
 * Just enough HTTP/1.1 to tell where one response ends and the next begins on a kept-alive connection: Content-Length and
 * chunked bodies. Everything else is an error, because no candidate should send it.
 */
export interface ResponseReader {
  /** Takes what was read from the socket; calls back synchronously. Throws when it is not an HTTP response. */
  push(bytes: Buffer): void;
}

export interface ResponseListener {
  /** A piece of the body without its framing; valid only during the call. */
  onBody(bytes: Buffer): void;
  onEnd(status: number): void;
}

type LineState = 'status' | 'header' | 'chunk-size' | 'chunk-end' | 'trailer';
type DataState = 'body' | 'chunk';

/** Bound of a status line, a header or a chunk's size. */
const MAX_LINE_BYTES = 64 * 1024;

export function createResponseReader({ onBody, onEnd }: ResponseListener): ResponseReader {
  let state: LineState | DataState = 'status';
  let partialLine = '';
  let status = 0;
  /** Bytes of the body or chunk still to come; undefined until a header told. */
  let left: number | undefined;
  let isChunked = false;

  function end(): void {
    state = 'status';
    left = undefined;
    isChunked = false;
    onEnd(status);
  }

  function startBody(): void {
    if (isChunked) state = 'chunk-size';
    else if (left === undefined) throw new Error('a response without Content-Length that is not chunked');
    else if (left === 0) end();
    else state = 'body';
  }

  function onStatusLine(line: string): void {
    status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1]);
    if (Number.isNaN(status))
      throw new Error(`not the start of an HTTP/1.1 response: ${JSON.stringify(line.slice(0, 80))}`);
    state = 'header';
  }

  function onHeader(line: string): void {
    if (line === '') {
      startBody();
      return;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (name === 'content-length') left = Number(line.slice(colon + 1));
    else if (name === 'transfer-encoding') isChunked = line.slice(colon + 1).trim() === 'chunked';
  }

  function onChunkSize(line: string): void {
    left = Number.parseInt(line, 16);
    if (Number.isNaN(left)) throw new Error(`not the size of a chunk: ${JSON.stringify(line.slice(0, 80))}`);
    state = left === 0 ? 'trailer' : 'chunk';
  }

  function onLine(at: LineState, line: string): void {
    switch (at) {
      case 'status':
        onStatusLine(line);
        return;
      case 'header':
        onHeader(line);
        return;
      case 'chunk-size':
        onChunkSize(line);
        return;
      case 'chunk-end':
        state = 'chunk-size';
        return;
      case 'trailer':
        if (line === '') end();
        return;
      default:
        at satisfies never;
    }
  }

  /** Both return the offset of the first byte they did not use. */
  function readLine(at: LineState, bytes: Buffer, from: number): number {
    const newline = bytes.indexOf(10, from);
    const until = newline === -1 ? bytes.length : newline;
    const line = partialLine + bytes.toString('latin1', from, until);
    if (line.length > MAX_LINE_BYTES) throw new Error('a line of the response head is too long');
    partialLine = newline === -1 ? line : '';
    if (newline !== -1) onLine(at, line.endsWith('\r') ? line.slice(0, -1) : line);
    return until + 1;
  }

  function readData(at: DataState, bytes: Buffer, from: number): number {
    const length = Math.min(left ?? 0, bytes.length - from);
    onBody(bytes.subarray(from, from + length));
    left = (left ?? 0) - length;
    if (left > 0) return from + length;
    if (at === 'chunk') state = 'chunk-end';
    else end();
    return from + length;
  }

  return {
    push(bytes) {
      let from = 0;
      while (from < bytes.length) {
        from = state === 'body' || state === 'chunk' ? readData(state, bytes, from) : readLine(state, bytes, from);
      }
    },
  };
}
