import { printable } from '../../rendering/printable.ts';
import type { Colours } from '../../terminal.ts';
import type { ReportLine } from './report.ts';
import { type VerdictKind, verdictKinds } from './verdict.ts';

const WORDS: Readonly<Record<VerdictKind, string>> = Object.freeze({
  maps: 'maps',
  differs: 'differs',
  unknown: 'unknown key',
  not_supported: 'not supported yet',
});
const WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));

/** One line a key: where it stands, what becomes of it, and why. */
export function renderReport(lines: readonly ReportLine[], colours: Colours): string {
  const paint: Readonly<Record<VerdictKind, (text: string) => string>> = {
    maps: colours.green,
    differs: colours.yellow,
    unknown: colours.magenta,
    not_supported: colours.red,
  };
  const rows = lines.map(({ file, line, column, path, verdict, message }) => {
    const word = paint[verdict](WORDS[verdict].padEnd(WIDTH));
    return `${printable(`${file}:${line}:${column}`)}: ${word}  ${printable(`${path}: ${message}`)}`;
  });
  return rows.join('\n');
}

/** How many keys of each kind there are. */
export function summarizeReport(lines: readonly ReportLine[]): string {
  const counts = verdictKinds.map((kind) => [kind, lines.filter(({ verdict }) => verdict === kind).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${WORDS[kind]}`);
  return `${lines.length === 1 ? '1 key' : `${lines.length} keys`}: ${parts.join(', ') || 'none'}`;
}
