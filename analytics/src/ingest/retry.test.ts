import { expect, test } from 'vitest';
import { backoffMs, retryUntilAborted } from './retry.ts';

const NO_WAIT = { firstMs: 0, maxMs: 0 };

test('waits double up to the bound, and chance takes away at most half', () => {
  const backoff = { firstMs: 100, maxMs: 5_000 };
  expect([1, 2, 3, 7, 10_000].map((attempt) => backoffMs(backoff, attempt, 0))).toEqual([100, 200, 400, 5_000, 5_000]);
  expect(backoffMs(backoff, 2, 1)).toBe(100);
});

test('work is repeated until it succeeds, and each failure is told', async () => {
  const failures: number[] = [];
  let calls = 0;
  const work = async () => {
    calls += 1;
    if (calls < 4) throw new Error('away');
    return 'stored';
  };
  const result = await retryUntilAborted(work, NO_WAIT, new AbortController().signal, (_error, attempt) =>
    failures.push(attempt),
  );
  expect([result, failures]).toEqual(['stored', [1, 2, 3]]);
});

test('once aborted the last failure is thrown and nothing is tried again', async () => {
  const controller = new AbortController();
  let calls = 0;
  const work = async () => {
    calls += 1;
    throw new Error(`away ${calls}`);
  };
  const outcome = retryUntilAborted(work, { firstMs: 60_000, maxMs: 60_000 }, controller.signal, () =>
    controller.abort(),
  );
  await expect(outcome).rejects.toThrow('away 1');
  expect(calls).toBe(1);
});
