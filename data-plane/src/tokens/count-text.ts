import { createMerge } from './merge.ts';
import { createRankTable } from './rank-table.ts';

/** What is published of an encoding: the pattern that cuts text into pieces, and its tokens; see `createRankTable`. */
export type Encoding = { readonly pat_str: string; readonly bpe_ranks: string };

/** Of how many tokens a text is. */
export type CountText = (text: string) => number;

/**
 * Counts as the encoding's own library does; names of special tokens, as `<|endoftext|>`, are text like any other, as providers take them.
 * The time is that of the text's length, whatever it holds.
 */
export function createCountText({ pat_str: pattern, bpe_ranks: ranks }: Encoding): CountText {
  const merge = createMerge(createRankTable(ranks));
  // The pattern is written for an engine whose blanks are Unicode's; JavaScript's `\s` has U+FEFF, which is none, and lacks U+0085.
  const unicode = pattern.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}');
  const pieces = new RegExp(unicode, 'gu');
  return (text) => {
    const bytes = Buffer.from(text);
    const isAscii = bytes.length === text.length;
    let tokens = 0;
    let from = 0;
    let start = 0;
    pieces.lastIndex = 0;
    while (pieces.test(text)) {
      const to = pieces.lastIndex;
      const end = isAscii ? to : start + utf8Length(text, from, to);
      tokens += merge(bytes, start, end);
      from = to;
      start = end;
    }
    return tokens;
  };
}

/** Of what stands in a text between two places, neither of them within a character. */
function utf8Length(text: string, from: number, to: number): number {
  let length = 0;
  for (let index = from; index < to; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) length += 1;
    else if (unit < 0x8_00) length += 2;
    else if (isPair(unit, text.charCodeAt(index + 1))) {
      length += 4;
      index += 1;
    } else length += 3;
  }
  return length;
}

const isPair = (unit: number, next: number): boolean =>
  unit >= 0xd8_00 && unit < 0xdc_00 && next >= 0xdc_00 && next < 0xe0_00;
