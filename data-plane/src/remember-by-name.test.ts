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

test('a name that is longer than any model’s is not remembered', () => {
  const asked: string[] = [];
  const lengthOf = rememberByName((name) => asked.push(name) && name.length);
  for (const length of [256, 257, 256, 257]) expect(lengthOf('x'.repeat(length))).toBe(length);
  expect(asked.map((name) => name.length)).toEqual([256, 257, 257]);
});
