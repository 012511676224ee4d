import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createResponseParser } from './response-parser.ts';

type Seen = {
  status: number;
  type: string;
  body: string;
  ends: number;
  keepsAlive: boolean;
  isRight: boolean;
  isWhole: boolean;
};

/** Pushes the pieces, then closes. */
function parse(pieces: readonly Buffer[]): Seen {
  const seen: Seen = { status: 0, type: '', body: '', ends: 0, keepsAlive: false, isRight: true, isWhole: false };
  const body: Buffer[] = [];
  const parser = createResponseParser({
    onHead({ status, header, keepsAlive }) {
      seen.status = status;
      seen.type = header('content-type');
      seen.keepsAlive = keepsAlive;
    },
    onData: (chunk) => void body.push(Buffer.from(chunk)),
    onEnd() {
      seen.ends += 1;
    },
  });
  parser.begin();
  for (const piece of pieces) seen.isRight &&= parser.push(piece);
  seen.isWhole = parser.close();
  seen.body = Buffer.concat(body).toString('latin1');
  return seen;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...at, bytes.length]
    .map((end, index) => bytes.subarray(index === 0 ? 0 : at[index - 1], end))
    .filter(({ length }) => length > 0);
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/x\r\n';
const chunkedBody = (parts: readonly string[]) =>
  `${parts.map((part) => `${part.length.toString(16)};ext=1\r\n${part}\r\n`).join('')}0\r\nTrailer: x\r\n\r\n`;
const parts = fc.array(
  fc.string({ unit: fc.constantFrom('a', '\r', '\n', '0', ';', '\xff'), minLength: 1, maxLength: 40 }),
  { maxLength: 6 },
);

describe('a response, cut anywhere', () => {
  test('with a length reads as it was written', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.nat()), (written, places) => {
        const body = written.join('');
        const seen = parse(cut(Buffer.from(`${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`, 'latin1'), places));
        expect(seen).toEqual({
          status: 200,
          type: 'text/x',
          body,
          ends: 1,
          keepsAlive: true,
          isRight: true,
          isWhole: true,
        });
      }),
    );
  });

  test('in chunks, with extensions and trailers, reads as it was written', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.nat()), (written, places) => {
        const bytes = Buffer.from(
          `HTTP/1.1 100 Continue\r\n\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunkedBody(written)}`,
          'latin1',
        );
        const seen = parse(cut(bytes, places));
        expect(seen).toEqual({
          status: 200,
          type: 'text/x',
          body: written.join(''),
          ends: 1,
          keepsAlive: true,
          isRight: true,
          isWhole: true,
        });
      }),
    );
  });

  test('that ends with the connection reads as it was written, and the connection is not kept', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.nat()), (written, places) => {
        const seen = parse(cut(Buffer.from(`${HEAD}\r\n${written.join('')}`, 'latin1'), places));
        expect(seen).toEqual({
          status: 200,
          type: 'text/x',
          body: written.join(''),
          ends: 1,
          keepsAlive: false,
          isRight: true,
          isWhole: true,
        });
      }),
    );
  });

  test('that is broken off before its end is not whole', () => {
    fc.assert(
      fc.property(parts, fc.nat(), (written, place) => {
        const bytes = Buffer.from(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunkedBody(written)}`, 'latin1');
        expect(parse([bytes.subarray(0, place % bytes.length)])).toMatchObject({ ends: 0, isWhole: false });
      }),
    );
  });

  test('any bytes at all are read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parse([Buffer.from(HEAD), Buffer.from(bytes)])),
    );
  });
});

test.each([
  ['is not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['is HTTP/2', 'HTTP/2 200\r\n\r\n'],
  ['has two lengths', `${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
  ['has a length and chunks', `${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['has a length that is no number', `${HEAD}Content-Length: +1\r\n\r\na`],
  ['has another transfer coding', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n`],
  ['folds a header', `${HEAD}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`],
  ['has a chunk size that is no number', `${HEAD}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
  ['has a chunk longer than it says', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`],
  ['goes on after its end', `${HEAD}Content-Length: 1\r\n\r\nab`],
  ['goes on after its last chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n`],
  ['has no end to its head', `${HEAD}X: ${'x'.repeat(70_000)}`],
  ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
])('what %s is refused', (_, text) => {
  expect(parse([Buffer.from(text, 'latin1')])).toMatchObject({ isRight: false, ends: 0 });
});

test.each([
  ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n', true],
  ['HTTP/1.1 204 No Content\r\n\r\n', true],
])('%j keeps the connection: %s', (text, keepsAlive) => {
  expect(parse([Buffer.from(text)])).toMatchObject({ keepsAlive, ends: 1, isRight: true });
});
