import { createMinHeap } from './min-heap.ts';
import { NO_TOKEN, type RankTable } from './rank-table.ts';

/** Of how many tokens a piece of some bytes is. */
export type Merge = (bytes: Uint8Array, start: number, end: number) => number;

/** Positions are below it, so that a rank and a position are one exact number. */
const POSITIONS = 2 ** 28;

/**
 * Byte-pair merging: as long as two neighbours are a token together, those of the lowest rank are joined, the first of them if there are
 * several. Which these are a heap knows, so that a piece of n bytes takes n log n steps; looking through all of them for each, as is common,
 * takes n², which of one long word is minutes.
 */
export function createMerge(table: RankTable): Merge {
  const heap = createMinHeap();
  /** Of the part that begins at a position: where the next one and the one before begin, and the rank of it and the next together. */
  let nextOf = new Int32Array(64);
  let previousOf = new Int32Array(64);
  let rankAt = new Int32Array(64);

  function grow(length: number): void {
    if (nextOf.length > length) return;
    nextOf = new Int32Array(length * 2);
    previousOf = new Int32Array(length * 2);
    rankAt = new Int32Array(length * 2);
  }

  return (bytes, start, end) => {
    const length = end - start;
    if (length < 2 || table.rankOf(bytes, start, end) !== NO_TOKEN) return Math.min(length, 1);
    grow(length);

    const rate = (at: number): void => {
      const next = nextOf[at] ?? length;
      const rank = next >= length ? NO_TOKEN : table.rankOf(bytes, start + at, start + (nextOf[next] ?? length));
      rankAt[at] = rank;
      if (rank !== NO_TOKEN) heap.push(rank * POSITIONS + at);
    };

    for (let at = 0; at < length; at += 1) {
      nextOf[at] = at + 1;
      previousOf[at] = at - 1;
    }
    for (let at = 0; at < length; at += 1) rate(at);
    let parts = length;
    for (let lowest = heap.pop(); lowest !== undefined; lowest = heap.pop()) {
      const at = lowest % POSITIONS;
      // A pair whose parts were joined with others since is not there any more.
      if (rankAt[at] !== Math.floor(lowest / POSITIONS)) continue;
      const joined = nextOf[at] ?? length;
      const next = nextOf[joined] ?? length;
      rankAt[joined] = NO_TOKEN;
      nextOf[at] = next;
      if (next < length) previousOf[next] = at;
      parts -= 1;
      rate(at);
      const previous = previousOf[at] ?? -1;
      if (previous >= 0) rate(previous);
    }
    return parts;
  };
}
