import { expect, test } from 'vitest';
import { rememberByName } from './remember-by-name.ts';

test('each name is looked up once, also where the answer is no, and however many there are, all are answered', () => {
  const asked: string[] = [];
  const isEven = rememberByName((name) => {
    asked.push(name);
    return Number(name) % 2 === 0;
  });
  expect([isEven('1'), isEven('1'), isEven('2')]).toEqual([false, false, true]);
  expect(asked).toEqual(['1', '2']);
  for (let number = 0; number < 5_000; number += 1) expect(isEven(String(number))).toBe(number % 2 === 0);
});
