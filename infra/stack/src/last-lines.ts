const LINES_KEPT = 30;
const LINE_CHARS_KEPT = 1_000;

export interface LastLines {
  /** Takes the next piece of output, at any split. */
  add(chunk: string): void;
  text(): string;
}

/**
 * Remembers the end of what a process printed, for the message if it fails. Bound: 30 lines of 1,000 characters;
 * older lines and the ends of longer ones are dropped. Each whole line also goes to `onLine`.
 */
export function createLastLines(onLine: (line: string) => void): LastLines {
  const lines: string[] = [];
  let unfinished = '';
  const keep = (line: string) => {
    const kept = line.slice(0, LINE_CHARS_KEPT);
    if (kept.trim() === '') return;
    lines.push(kept);
    if (lines.length > LINES_KEPT) lines.shift();
    onLine(kept);
  };
  return {
    add(chunk) {
      const [first = '', ...rest] = chunk.split('\n');
      const finished = rest.length > 0;
      unfinished = (unfinished + first).slice(0, LINE_CHARS_KEPT);
      if (!finished) return;
      keep(unfinished);
      for (const line of rest.slice(0, -1)) keep(line);
      unfinished = (rest.at(-1) ?? '').slice(0, LINE_CHARS_KEPT);
    },
    text: () => [...lines, unfinished].filter((line) => line !== '').join('\n'),
  };
}
