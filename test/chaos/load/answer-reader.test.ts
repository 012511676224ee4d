import { expect, test } from 'vitest';
import { createAnswerReader } from './answer-reader.ts';

const WHOLE = 'HTTP/1.1 200 OK\r\nX-Tollgate-Request-Id: req_1\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\r\n\r\n2\r\nbc\r\n0\r\n\r\n';

test.each([
  ['a body of known length', WHOLE, 'hello'],
  ['a chunked body', CHUNKED, 'a\r\nbc'],
])('an answer with %s counts as whole with its last byte and not one before', (_what, text, body) => {
  const reader = createAnswerReader();
  const bytes = Buffer.from(text);
  for (const byte of bytes.subarray(0, -1)) expect(reader.push(Buffer.of(byte))).toBeUndefined();
  expect(reader.push(bytes.subarray(-1))?.body.toString()).toBe(body);
});

test('bytes between two chunks that are no size of a chunk are an error, not a part of the answer', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  for (const body of ['3\r\nabc\r\nConnection: close\r\n\r\n0\r\n\r\n', '3\r\nabcConnection: close\r\n\r\n0\r\n\r\n'])
    expect(() => createAnswerReader().push(Buffer.from(head + body))).toThrow(/chunk/);
});

test('the head of an answer is known before its end, so that one that broke off can be named', () => {
  const reader = createAnswerReader();
  reader.push(Buffer.from(WHOLE.slice(0, -3)));
  expect(reader.head()?.status).toBe(200);
  expect(reader.head()?.headers.get('x-tollgate-request-id')).toBe('req_1');
});
