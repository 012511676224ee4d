import { expect, test } from 'vitest';
import { createHistogram } from './tally.ts';

test('a value counts in each bucket whose bound it does not pass, and in the sum and count of all', () => {
  const histogram = createHistogram([1, 5]);
  for (const value of [0.5, 1, 1.5, 7]) histogram.observe(value);
  expect(histogram.read()).toEqual({ cumulative: [2, 3], sum: 10, count: 4 });
});
