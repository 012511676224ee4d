/** Which pieces of some bytes are tokens of an encoding, and their ranks: of two that could be made, the lower is made first. */
export type RankTable = {
  /** The rank of a piece; `NO_TOKEN` if it is none. */
  rankOf(bytes: Uint8Array, start: number, end: number): number;
};

export const NO_TOKEN = -1;

/**
 * A hash table in a few typed arrays, as a map of 200,000 strings takes several times the memory.
 * @param ranks tokens in base64, in lines of `name first-rank token token …`, each token's rank one above that before it
 */
export function createRankTable(ranks: string): RankTable {
  const lines = ranks.split('\n').map((line) => {
    const [, first, ...tokens] = line.split(' ');
    return { first: Number(first), tokens };
  });
  const size = Math.max(...lines.map(({ first, tokens }) => first + tokens.length));
  const starts = new Uint32Array(size);
  const lengths = new Uint16Array(size);
  const texts = Buffer.alloc(Math.ceil((ranks.length * 3) / 4));
  const mask = 2 ** Math.ceil(Math.log2(size * 2)) - 1;
  const slots = new Int32Array(mask + 1).fill(NO_TOKEN);
  let used = 0;
  let longest = 0;

  function isSame(rank: number, bytes: Uint8Array, start: number, length: number): boolean {
    if (lengths[rank] !== length) return false;
    const at = starts[rank] ?? 0;
    for (let index = 0; index < length; index += 1) if (texts[at + index] !== bytes[start + index]) return false;
    return true;
  }

  /** Where the piece stands, or the free slot where it would. */
  function slotOf(bytes: Uint8Array, start: number, length: number): number {
    let hash = length;
    for (let index = 0; index < length; index += 1) hash = Math.imul(hash ^ (bytes[start + index] ?? 0), 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const rank = slots[slot] ?? NO_TOKEN;
      if (rank === NO_TOKEN || isSame(rank, bytes, start, length)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  for (const { first, tokens } of lines) {
    tokens.forEach((token, index) => {
      const length = texts.write(token, used, 'base64');
      starts[first + index] = used;
      lengths[first + index] = length;
      slots[slotOf(texts, used, length)] = first + index;
      used += length;
      longest = Math.max(longest, length);
    });
  }

  return {
    rankOf: (bytes, start, end) =>
      end - start > longest ? NO_TOKEN : (slots[slotOf(bytes, start, end - start)] ?? NO_TOKEN),
  };
}
