import { expect, test } from 'vitest';
import { createResponseReader } from './response-reader.ts';

function read(pieces: readonly Buffer[]) {
  const responses: Array<{ status: number; body: string }> = [];
  let body = '';
  const reader = createResponseReader({
    onBody(bytes) {
      body += bytes.toString('latin1');
    },
    onEnd(status) {
      responses.push({ status, body });
      body = '';
    },
  });
  for (const piece of pieces) reader.push(piece);
  return responses;
}

const FIXED = 'HTTP/1.1 200 OK\r\nDate: today\r\ncontent-LENGTH: 12\r\n\r\nhello\r\n\r\nyou';
const CHUNKED =
  'HTTP/1.1 429 Too Many\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;note=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n';
const EMPTY = 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n';
const EXPECTED = [
  { status: 200, body: 'hello\r\n\r\nyou' },
  { status: 429, body: 'hello0123456789' },
  { status: 204, body: '' },
];

test('responses that follow each other on one connection are told apart, whatever their framing', () => {
  expect(read([Buffer.from(FIXED + CHUNKED + EMPTY)])).toEqual(EXPECTED);
});

test('it does not matter where the network splits the bytes', () => {
  const all = Buffer.from(FIXED + CHUNKED + EMPTY);
  for (let at = 0; at <= all.length; at++) {
    expect(read([all.subarray(0, at), all.subarray(at)])).toEqual(EXPECTED);
  }
  expect(read([...all].map((byte) => Buffer.from([byte])))).toEqual(EXPECTED);
});

test('what is not HTTP or has no length is an error rather than a wait', () => {
  expect(() => read([Buffer.from('SSH-2.0-x\r\n')])).toThrow(/not the start of an HTTP\/1.1 response/);
  expect(() => read([Buffer.from('HTTP/1.1 200 OK\r\n\r\n')])).toThrow(/without Content-Length/);
  expect(() => read([Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')])).toThrow(
    /size of a chunk/,
  );
});
