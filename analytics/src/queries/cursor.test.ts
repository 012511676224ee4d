import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

test('any place comes back from its cursor, which the contract has room for', () => {
  const id = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 100,
  });
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), id, (startedAtMs, requestId) => {
      const cursor = encodeCursor({ startedAtMs, id: requestId });
      expect(decodeCursor(cursor)).toEqual({ startedAtMs, id: requestId });
      expect(cursor.length).toBeLessThanOrEqual(200);
    }),
  );
});

test('no text makes it throw, and what is not a cursor is none', () => {
  fc.assert(fc.property(fc.string(), (text) => void decodeCursor(text)));
  const cursors = ['', 'zzz', '====', encode('12'), encode('12.'), encode('x.req_1'), encode('9999999999999999.r')];
  expect(cursors.map(decodeCursor)).toEqual(cursors.map(() => undefined));
});

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
