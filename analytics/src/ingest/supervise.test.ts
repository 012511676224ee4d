import { expect, test } from 'vitest';
import { supervise } from './supervise.ts';

test('a session that breaks is started again, for ever, until it is told to stop', async () => {
  const controller = new AbortController();
  const states: string[] = [];
  const errors: string[] = [];
  let sessions = 0;
  await supervise(
    async (signal, onRunning) => {
      sessions += 1;
      if (sessions < 3) throw new Error(`broker away ${sessions}`);
      onRunning();
      controller.abort();
      if (!signal.aborted) throw new Error('the signal is not ours');
    },
    controller.signal,
    {
      backoff: { firstMs: 0, maxMs: 0 },
      onState: (state) => states.push(state),
      onBroken: (error) => errors.push((error as Error).message),
    },
  );
  expect(errors).toEqual(['broker away 1', 'broker away 2']);
  expect(states).toEqual([
    ...['connecting', 'backing_off', 'connecting', 'backing_off'],
    ...['connecting', 'running', 'stopped'],
  ]);
});
