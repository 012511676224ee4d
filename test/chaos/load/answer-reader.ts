/** One answer that arrived to its last byte. */
export type Answer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Without the framing of chunks. */
  readonly body: Buffer;
};

export type AnswerHead = Pick<Answer, 'status' | 'headers'>;

/** Reads one answer of HTTP/1.1 and says when it is whole: as long as Content-Length says, or ended by the chunk of length 0. */
export type AnswerReader = {
  /** Takes what was read from the socket; returns the answer once its last byte is there. @throws Error if it is no HTTP. */
  push(bytes: Buffer): Answer | undefined;
  /** What is known of the answer before its end. */
  head(): AnswerHead | undefined;
};

const END_OF_HEAD = '\r\n\r\n';
const CRLF_BYTES = 2;
const CHUNK_SIZE = /^[0-9a-f]+$/i;

/** Keeps all it was given; the answers of these tests are a few kilobytes. */
export function createAnswerReader(): AnswerReader {
  let received = Buffer.alloc(0);
  let head: AnswerHead | undefined;
  let bodyStart = 0;

  function readHead(): void {
    const end = received.indexOf(END_OF_HEAD);
    if (end === -1) return;
    head = parseHead(received.toString('latin1', 0, end));
    bodyStart = end + END_OF_HEAD.length;
  }

  return {
    push(bytes) {
      received = Buffer.concat([received, bytes]);
      if (head === undefined) readHead();
      if (head === undefined) return undefined;
      const body = wholeBody(head, received.subarray(bodyStart));
      return body && { ...head, body };
    },
    head: () => head,
  };
}

function parseHead(text: string): AnswerHead {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(statusLine.split(' ')[1]), headers };
}

function wholeBody({ headers }: AnswerHead, bytes: Buffer): Buffer | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return joinChunks(bytes);
  const length = Number(headers.get('content-length'));
  return bytes.length >= length ? bytes.subarray(0, length) : undefined;
}

/** The body of a chunked answer, or undefined as long as the chunk that ends it is not whole. */
function joinChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const line = bytes.toString('latin1', at, lineEnd);
    if (!CHUNK_SIZE.test(line)) throw new Error(`not the size of a chunk: ${JSON.stringify(line.slice(0, 80))}`);
    const size = Number.parseInt(line, 16);
    const start = lineEnd + CRLF_BYTES;
    at = start + size + CRLF_BYTES;
    if (bytes.length < at) return undefined;
    if (bytes.toString('latin1', at - CRLF_BYTES, at) !== '\r\n')
      throw new Error('a chunk is longer than its size says');
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(start, start + size));
  }
}
