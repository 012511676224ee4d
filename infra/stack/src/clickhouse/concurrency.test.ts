import { expect, test } from 'vitest';
import { createGate } from './concurrency.ts';

function job() {
  const started = { now: false };
  let finish = () => {};
  const promise = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const work = () => {
    started.now = true;
    return promise;
  };
  return { started, work, finish: () => finish() };
}

test('no more run than may, those that wait start in order, and beyond the line there is a refusal', async () => {
  const gate = createGate({ running: 1, waiting: 1 });
  const [first, second, third] = [job(), job(), job()];
  const running = gate.enter(first.work);
  const waiting = gate.enter(second.work);
  expect(gate.enter(third.work)).toBeUndefined();
  await Promise.resolve();
  expect([first.started.now, second.started.now]).toEqual([true, false]);
  first.finish();
  await running;
  second.finish();
  await waiting;
  expect(second.started.now).toBe(true);
});

test('a failure makes room as well', async () => {
  const gate = createGate({ running: 1, waiting: 0 });
  await expect(gate.enter(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await gate.enter(async () => 'ran')).toBe('ran');
});
