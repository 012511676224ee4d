import { expect, test } from 'vitest';
import { createSamples, median, percentile } from './samples.ts';

test('a percentile is a value that was seen, with at most the rest of the share above it', () => {
  const ascending = Array.from({ length: 200 }, (_, index) => index + 1);
  expect(percentile(ascending, 0.5)).toBe(100);
  expect(percentile(ascending, 0.99)).toBe(198);
  expect(percentile(ascending, 1)).toBe(200);
  expect(percentile(ascending, 0)).toBe(1);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([1, 2, 3, 4, 5], 0.5)).toBe(3);
});

test('samples are summed up exactly, in whatever order and number they came', () => {
  const samples = createSamples();
  for (let index = 0; index < 5000; index++) samples.add((index * 7919) % 5000);
  expect(samples.percentiles()).toEqual({ count: 5000, p50: 2499, p90: 4499, p99: 4949, max: 4999 });
});

test('nothing measured is not a number, rather than zero', () => {
  expect(createSamples().percentiles()).toMatchObject({ count: 0, p99: Number.NaN });
  expect(median([])).toBeNaN();
});

test('the median of an even number of rounds is the mean of the middle two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
});
