import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitLines } from './verify-lines.ts';

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

it('splits a text into its lines wherever its chunks are cut, also within a character', async () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n') && text.isWellFormed());
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(9)), async (lines, sizes) => {
      const bytes = new TextEncoder().encode(lines.map((text) => `${text}\n`).join(''));
      const split: string[] = [];
      for await (const one of splitLines(inChunks(bytes, sizes))) split.push(one);
      expect(split).toEqual(lines.map((text) => text.replace(/^\ufeff/, (mark) => (text === lines[0] ? '' : mark))));
    }),
  );
});
