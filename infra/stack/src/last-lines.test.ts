import { expect, test } from 'vitest';
import { createLastLines } from './last-lines.ts';

test('lines are put together from pieces split anywhere, and blank ones are left out', () => {
  const seen: string[] = [];
  const lines = createLastLines((line) => seen.push(line));
  for (const chunk of ['on', 'e\n\ntw', 'o\nthr', 'ee']) lines.add(chunk);
  expect(seen).toEqual(['one', 'two']);
  expect(lines.text()).toBe('one\ntwo\nthree');
});

test('a process that prints without end is remembered by its last thirty lines of a thousand characters', () => {
  const lines = createLastLines(() => {});
  lines.add('x'.repeat(5_000));
  lines.add('\n');
  for (let i = 1; i <= 100; i++) lines.add(`${i}\n`);
  expect(lines.text().split('\n')).toEqual(Array.from({ length: 30 }, (_, i) => String(71 + i)));
  lines.add('y'.repeat(5_000));
  expect(lines.text().split('\n').at(-1)).toHaveLength(1_000);
});
