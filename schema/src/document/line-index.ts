/** Line and column count from 1. */
export type Position = { readonly line: number; readonly column: number };
export const START: Position = Object.freeze({ line: 1, column: 1 });
export type LineIndex = { positionAt(offset: number): Position };

/** Tells where an offset of a text stands. The lines are found when it is first asked, and each is then found by halving. */
export function createLineIndex(text: string): LineIndex {
  let starts: readonly number[] | undefined;
  return {
    positionAt(offset) {
      starts ??= lineStarts(text);
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}
