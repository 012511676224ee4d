import { expect, it } from 'vitest';
import { parseSource } from './parse-source.ts';
import { sameContent } from './same-content.ts';

const same = (left: string, right: string): boolean =>
  sameContent(parseSource(left).contents, parseSource(right).contents);

it.each([
  ['{ a: 1, b: 2 }', 'b: 2\na: 1'],
  ['{ a }', 'a:'],
  ['a: &x 1\nb: *x', 'a: &x 1\nb: *x'],
  ['a: "1 2"', "a: '1 2'"],
])('%j says the same as %j', (left, right) => {
  expect(same(left, right)).toBe(true);
});

it.each([
  ['a: 1', 'b: 1'],
  ['a: 1', 'a: "1"'],
  ['a: [1, 2]', 'a: [2, 1]'],
  ['a: 1\na: 2', 'a: 2'],
  ['a: 1\na: 2', 'a: 2\na: 1'],
  ['a: {}', 'a: []'],
  ['a: {}', 'a:'],
  ['a: &x 1', 'a: 1'],
  ['a: &x 1\nb: *x', 'a: &x 1\nb: 1'],
  ['a: !!str 1', 'a: 1'],
  ['a: 1', 'a: { b: 1 }'],
])('%j does not say the same as %j', (left, right) => {
  expect(same(left, right)).toBe(false);
  expect(same(right, left)).toBe(false);
});
