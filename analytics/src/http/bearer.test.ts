import { expect, test } from 'vitest';
import { checkBearer } from './bearer.ts';

test('each of the tokens is admitted', () => {
  expect(checkBearer('Bearer right', ['right', 'previous'])).toBeUndefined();
  expect(checkBearer('bearer previous', ['right', 'previous'])).toBeUndefined();
});

test.each([
  [undefined, 'missing_api_key'],
  ['', 'missing_api_key'],
  ['Basic right', 'missing_api_key'],
  ['Bearer ', 'missing_api_key'],
  ['Bearer righ', 'invalid_api_key'],
  ['Bearer rightt', 'invalid_api_key'],
])('%j is refused as %s, without the token in the message', (header, code) => {
  const refusal = checkBearer(header, ['right', 'right-too']);
  expect(refusal?.code).toBe(code);
  expect(refusal?.message).not.toContain('right');
});
