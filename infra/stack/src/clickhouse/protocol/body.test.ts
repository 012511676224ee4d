import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BodyTooLarge, encodeBody, readBody, UnreadableBody } from './body.ts';

const source = (...chunks: Uint8Array[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

test('a body within the limit is read whole, one past it is refused', async () => {
  expect((await readBody(source(Buffer.from('ab'), Buffer.from('cd')), undefined, 4)).toString()).toBe('abcd');
  await expect(readBody(source(Buffer.from('abcde')), undefined, 4)).rejects.toBeInstanceOf(BodyTooLarge);
});

test('the limit counts what comes out of the decompression, so a small bomb is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000));
  await expect(readBody(source(bomb), 'gzip', 10_000)).rejects.toBeInstanceOf(BodyTooLarge);
});

test('a coding that is unknown, broken or cut short is refused', async () => {
  await expect(readBody(source(Buffer.from('x')), 'lzma', 10)).rejects.toBeInstanceOf(UnreadableBody);
  await expect(readBody(source(Buffer.from('x')), 'gzip', 10)).rejects.toBeInstanceOf(UnreadableBody);
  const cut = gzipSync(Buffer.from('hello')).subarray(0, -4);
  await expect(readBody(source(cut), 'gzip', 10)).rejects.toBeInstanceOf(UnreadableBody);
});

test('a request that breaks off is a failure, not a short body', async () => {
  const broken = (coding?: string) => {
    const request = new Readable({ read() {} });
    request.push(gzipSync('hello').subarray(0, 8));
    setImmediate(() => request.destroy(new Error('aborted')));
    return readBody(request, coding, 100);
  };
  await expect(broken()).rejects.toThrow('aborted');
  await expect(broken('gzip')).rejects.toThrow();
});

test('an answer is compressed with a coding the client accepts, else sent as it is', async () => {
  expect((await encodeBody(Buffer.from('x'), 'br, gzip;q=1')).encoding).toBe('gzip');
  expect(await encodeBody(Buffer.from('x'), 'br')).toEqual({ bytes: Buffer.from('x') });
});
