import { expect, test } from 'vitest';
import { isNearlySpent } from './nearly-spent.ts';
import { createBookBench, grantOf, quotaOf } from './quota-book-fixture.ts';

const budget = quotaOf('b', { unit: 'nano_usd' });

/** A bench whose budget of 100 has so much spent or leased, of which this process has nothing left. */
function openBench(held: number, more: Parameters<typeof grantOf>[2] = {}, quota = budget) {
  const bench = createBookBench();
  bench.request([quota], 1).reservation?.settle({ nano_usd: 1, tokens: 1, requests: 1, concurrent: 0 });
  bench.pass(0);
  bench.answer([grantOf(quota.id, 1, { held, ...more })]);
  return { ...bench, isReached: (share: number, nowMs = 0) => isNearlySpent(bench.book, [quota], share, nowMs) };
}

test('a budget of which nothing is known yet is not', () => {
  expect(isNearlySpent(createBookBench().book, [budget], 0.01, 0)).toBe(false);
});

test('a budget is from exactly its share on', () => {
  const { isReached } = openBench(90);
  expect(isReached(0.9)).toBe(true);
  expect(isReached(0.91)).toBe(false);
  expect(openBench(100).isReached(1)).toBe(true);
});

test.each([
  ['in shadow mode', quotaOf('b', { unit: 'nano_usd', mode: 'shadow' })],
  ['of tokens', quotaOf('b')],
])('a quota %s is not', (_, quota) => {
  expect(openBench(100, {}, quota).isReached(0.5)).toBe(false);
});

test('one of several suffices', () => {
  const { book } = openBench(95);
  expect(isNearlySpent(book, [quotaOf('other', { unit: 'nano_usd' }), budget], 0.9, 0)).toBe(true);
});

test('a window that is over holds nothing any more, and one that was heard of just now is taken to roll', () => {
  const { isReached } = openBench(100, { resetInMs: 1_500 });
  expect(isReached(0.9, 1_400)).toBe(true);
  expect(isReached(0.9, 1_900)).toBe(true);
  expect(isReached(0.9, 2_100)).toBe(false);
});

test('what is older than a second is asked for anew, though nothing is needed of it', () => {
  const { isReached, sent, pass, answer } = openBench(95);
  const before = sent.length;
  expect(isReached(0.9, 900)).toBe(true);
  pass(0);
  expect(sent).toHaveLength(before);
  expect(isReached(0.9, 1_100)).toBe(true);
  pass(0);
  expect(sent.at(-1)?.items).toMatchObject([{ quota: 'b', need: 0, waiting: 0 }]);
  answer([grantOf('b', 1, { held: 40 })]);
  expect(isReached(0.9, 1_100)).toBe(false);
});
