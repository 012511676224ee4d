import { expect, test } from 'vitest';
import { cleanErrorText } from './error-text.ts';

test.each([
  ['Incorrect API key provided: sk-abc***************************xyz. You can find it.', 'abc'],
  ['Incorrect API key provided: 7Gh2kLmN0pQrStUv. Check it.', '7Gh2'],
  ['bad header Authorization: Bearer ya29.secret-token', 'secret-token'],
  ['Authorization: Basic dXNlcjpwYXNz', 'dXNl'],
  ['request to https://host/v1?key=topsecret&x=1 failed', 'topsecret'],
  ['"x-api-key": "topsecret"', 'topsecret'],
  ['api_key=topsecret', 'topsecret'],
  ['invalid x-api-key: topsecret', 'topsecret'],
  ['gsk_topsecret123 is not valid', 'topsecret'],
  ['key AIzaSyTopSecret123456 expired', 'TopSecret'],
  ['the token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0b3AifQ.c2VjcmV0 expired', 'c2VjcmV0'],
  ['AWS AKIAIOSFODNN7EXAMPLE was refused', 'IOSFODNN7'],
  ['cannot reach postgres://admin:topsecret@db/x', 'topsecret'],
])('takes the credential out of %j', (text, secret) => {
  const clean = cleanErrorText(text);
  expect(clean).not.toContain(secret);
  expect(clean).toContain('[redacted]');
});

test.each([
  'Invalid x-api-key',
  'This model has a maximum context length of 8192 tokens, but you asked for 9000 tokens.',
  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  'Missing required key: messages',
  'The task-oriented request req_011CdMN was refused by the basic tier',
])('leaves alone %j', (text) => {
  expect(cleanErrorText(text)).toBe(text);
});

test('makes one line of at most 2,000 characters, without control characters', () => {
  const clean = cleanErrorText(`one\r\ntwo\u0000\u001b[31m\u2028three ${'x'.repeat(5000)}`);
  expect(clean.startsWith('one two [31m three x')).toBe(true);
  expect(clean.length).toBe(2000);
});
