import { expect, test } from 'vitest';
import { callerPolicy } from './caller-policy.ts';
import { effectiveRouting } from './effective-routing.ts';

test('who says nothing, or only names, has no policy', () => {
  expect(callerPolicy([])).toBeUndefined();
  expect(callerPolicy([undefined, { models: { a: 'b' } }, { timeouts: {} }])).toBeUndefined();
});

test('each member is that of the first who says it', () => {
  const first = { retries: 0, timeouts: { firstTokenMs: 1 } };
  const next = { strategy: 'least-busy' as const, retries: 4, timeouts: { firstTokenMs: 2, connectMs: 3, totalMs: 9 } };
  expect(callerPolicy([undefined, first, next])).toEqual({
    strategy: 'least-busy',
    retries: 0,
    firstTokenMs: 1,
    connectMs: 3,
    totalMs: 9,
  });
});

const model = {
  timeoutMs: 100,
  routing: {
    strategy: 'round-robin' as const,
    retries: 2,
    backoff: { initialMs: 7 },
    timeouts: { connectMs: 10, firstTokenMs: 20, idleMs: 30, totalMs: 40 },
  },
};

test('it stands in place of what a model says, and leaves the rest to the model', () => {
  const own = callerPolicy([
    { strategy: 'weighted', retries: 0, timeouts: { connectMs: 4, firstTokenMs: 1, totalMs: 2 } },
  ]);
  const plain = effectiveRouting(model);
  expect(effectiveRouting(model, own)).toEqual({
    ...plain,
    strategy: 'weighted',
    retries: 0,
    wholeTimeouts: { connectMs: 4, firstTokenMs: 100, idleMs: 30 },
    streamTimeouts: { connectMs: 4, firstTokenMs: 1, idleMs: 30 },
    totalMs: 2,
  });
  expect(effectiveRouting(model, {})).toEqual(plain);
});

test('a `timeout` stands in place of all that is `timeout` if left out, but for what its caller says of that', () => {
  expect(effectiveRouting(model, callerPolicy([{ timeoutMs: 5 }]))).toMatchObject({
    wholeTimeouts: { connectMs: 10, firstTokenMs: 5, idleMs: 5 },
    streamTimeouts: { connectMs: 10, firstTokenMs: 5, idleMs: 5 },
  });
  expect(effectiveRouting(model, callerPolicy([{ timeouts: { idleMs: 6 } }, { timeoutMs: 5 }]))).toMatchObject({
    wholeTimeouts: { firstTokenMs: 5, idleMs: 6 },
    streamTimeouts: { firstTokenMs: 5, idleMs: 6 },
  });
});

test('a wait for a first byte bounds that for the connection, if nobody says how long that is', () => {
  expect(effectiveRouting({}, callerPolicy([{ timeouts: { firstTokenMs: 300 } }])).streamTimeouts).toEqual({
    connectMs: 300,
    firstTokenMs: 300,
    idleMs: 600_000,
  });
});
