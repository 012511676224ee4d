import fc from 'fast-check';
import { Tiktoken } from 'js-tiktoken/lite';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { describe, expect, test } from 'vitest';
import { createCountText } from './count-text.ts';

const encodings = [
  { name: 'o200k_base', countText: createCountText(o200k), library: new Tiktoken(o200k) },
  { name: 'cl100k_base', countText: createCountText(cl100k), library: new Tiktoken(cl100k) },
] as const;

/** The library's own pattern takes these for what they are not; see `createCountText`. */
const OTHER_BLANKS = /[\u0085\ufeff]/g;

const written = fc.constantFrom(
  'hello',
  ' World',
  "I'll",
  "DON'T",
  '  ',
  '\n\n',
  '\r\n',
  ' =>',
  '日本語',
  '👩\u200d💻',
  '１²',
);
const run = fc.tuple(fc.constantFrom('a', 'Z', ' ', '\n', '-', '7', 'é', '的'), fc.integer({ min: 2, max: 300 }));
const text = fc
  .array(
    fc.oneof(
      written,
      run.map(([one, times]) => one.repeat(times)),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .map((pieces) => pieces.join('').replaceAll(OTHER_BLANKS, ''));

describe.each(encodings)('$name', ({ countText, library }) => {
  const ofLibrary = (one: string) => library.encode(one, [], []).length;

  test('counts any text as its library does', () => {
    fc.assert(fc.property(text, (one) => countText(one) === ofLibrary(one)));
  });

  test('counts text of one piece as its library does, whatever it holds', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcdeiorstnABEST'), minLength: 1, maxLength: 400 });
    fc.assert(fc.property(letters, (one) => countText(one) === ofLibrary(one)));
  });

  test('takes names of special tokens for text', () => {
    expect(countText('<|endoftext|>')).toBe(ofLibrary('<|endoftext|>'));
    expect(countText('<|endoftext|>')).toBeGreaterThan(1);
  });

  test('takes halves of characters for what they become in UTF-8', () => {
    expect(countText('a\ud83d\ud83d\udc4b\udc4bz')).toBe(ofLibrary('a\ufffd👋\ufffdz'));
  });

  // With n² steps for a piece each of these would take many minutes.
  test.each(['a', ' ', '\n', '-', 'ab', 'Aa1', '的', "'s", '\\"', '👍🏽'])('counts 600,000 bytes of %j', (one) => {
    const tokens = countText(one.repeat(Math.floor(600_000 / Buffer.byteLength(one))));
    expect(tokens).toBeGreaterThan(4_000);
    expect(tokens).toBeLessThanOrEqual(600_000);
  });
});

/** By the original, which is written in Rust: js-tiktoken has 5, 3 and 3. */
test.each([
  ['\u0085 \u0085y', 6],
  ['\ufeff\ufeffy', 2],
  [' \ufeffy', 2],
])('blanks are those of Unicode: %j', (one, tokens) => {
  expect(encodings[0].countText(one)).toBe(tokens);
});
