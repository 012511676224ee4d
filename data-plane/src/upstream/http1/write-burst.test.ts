import { expect, test } from 'vitest';
import { createWriteBurst } from './write-burst.ts';

test('writes of one turn run after it, in order; one that is added meanwhile runs in the next', async () => {
  const burst = createWriteBurst();
  const ran: string[] = [];
  burst(() => {
    ran.push('a');
    burst(() => void ran.push('c'));
  });
  burst(() => void ran.push('b'));
  expect(ran).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toEqual(['a', 'b']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toEqual(['a', 'b', 'c']);
});
