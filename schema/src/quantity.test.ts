import { expect, test } from 'vitest';
import { parseQuantity } from './quantity.ts';

test('a count is read with its unit', () => {
  expect(parseQuantity('600 requests')).toEqual({ count: 600, unit: 'requests' });
  expect(parseQuantity('500000 tokens')).toEqual({ count: 500_000, unit: 'tokens' });
  expect(parseQuantity('10 concurrent')).toEqual({ count: 10, unit: 'concurrent' });
});

test.each([
  '600',
  '600requests',
  '6.5 requests',
  '-1 tokens',
  '1e3 tokens',
  '600 Requests',
  ' 1 tokens',
  '9007199254740993 tokens',
])('nothing is guessed of %s', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});
