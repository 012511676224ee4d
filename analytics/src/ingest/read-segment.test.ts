import { gzipSync } from 'node:zlib';
import { SEGMENT_BYTES_MAX } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { readSegment } from './read-segment.ts';

const body = Buffer.from('{}\n');

test('a body is taken as it is, or unzipped', async () => {
  const segment = { id: 'n.b.1', body };
  expect(await readSegment('n.b.1', undefined, body)).toEqual({ type: 'segment', segment });
  expect(await readSegment('n.b.1', 'identity', body)).toEqual({ type: 'segment', segment });
  expect(await readSegment('n.b.1', 'gzip', gzipSync(body))).toEqual({ type: 'segment', segment });
});

test.each([
  ['no id', undefined, undefined, body, 'invalid_request'],
  ['two ids', ['n.b.1', 'n.b.2'], undefined, body, 'invalid_request'],
  ['an id of another form', 'n', undefined, body, 'invalid_request'],
  ['no body', 'n.b.1', undefined, undefined, 'invalid_request'],
  ['a body that is not gzip', 'n.b.1', 'gzip', body, 'invalid_request'],
  ['a zip bomb', 'n.b.1', 'gzip', gzipSync(Buffer.alloc(SEGMENT_BYTES_MAX + 1)), 'request_too_large'],
  ['another encoding', 'n.b.1', 'br', body, 'unsupported_media_type'],
])('%s is refused', async (_name, id, encoding, given, code) => {
  expect(await readSegment(id, encoding, given)).toMatchObject({ type: 'refused', error: { code } });
});
