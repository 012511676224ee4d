import { expect, test } from 'vitest';
import { createTurnstile } from './turnstile.ts';

test('at most so many are inside, the next waits until one leaves, and the queue has a bound', async () => {
  const turnstile = createTurnstile(1, 1);
  const leaveFirst = await turnstile.enter();
  let secondIsIn = false;
  const second = turnstile.enter().then((leave) => {
    secondIsIn = true;
    return leave;
  });
  expect(await turnstile.enter()).toBeUndefined();
  expect(secondIsIn).toBe(false);
  leaveFirst?.();
  leaveFirst?.();
  const leaveSecond = await second;
  expect(secondIsIn).toBe(true);
  leaveSecond?.();
  expect(await turnstile.enter()).toBeTypeOf('function');
});
