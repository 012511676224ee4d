import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Allowance, covers, intersectPatterns, toPatternSet } from './model-patterns.ts';

const intersect = (lists: readonly Allowance[]): readonly string[] =>
  intersectPatterns(lists.filter((list) => list !== undefined).map(toPatternSet));

describe('intersectPatterns', () => {
  it.each([
    [
      [['a', 'b'], undefined],
      ['a', 'b'],
    ],
    [
      [
        ['a', 'openai/*'],
        ['openai/x', 'b'],
      ],
      ['openai/x'],
    ],
    [[['openai/*'], ['openai/fast/*']], ['openai/fast/*']],
    [
      [['*'], ['a', 'a/*']],
      ['a', 'a/*'],
    ],
    [[['openai/*', 'openai/x'], undefined], ['openai/*']],
    [[['a'], ['b']], []],
    [[['a'], []], []],
    [
      [['a', 'b', 'c'], ['*'], ['c', 'a']],
      ['a', 'c'],
    ],
  ])('of %j is %j', (lists, expected) => {
    expect(intersect(lists)).toEqual(expected);
  });

  it('matches a name exactly if every list matches it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 3 });
    const pattern = fc.tuple(text, fc.constantFrom('', '*')).map(([name, star]) => `${name}${star}`);
    const lists = fc.array(fc.option(fc.array(pattern, { maxLength: 4 }), { nil: undefined }), { minLength: 1 });
    fc.assert(
      fc.property(lists, text, (given, name) => {
        const restricting = given.filter((list) => list !== undefined);
        fc.pre(restricting.length > 0);
        const expected = restricting.every((list) => list.some((one) => covers(one, name)));
        expect(intersect(given).some((one) => covers(one, name))).toBe(expected);
      }),
    );
  });
});
