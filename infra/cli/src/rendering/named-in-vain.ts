import type { NamedInVain } from '../api/plan-answer.ts';
import type { Colours } from '../terminal.ts';
import { toKindWords } from './kind-words.ts';
import { printable } from './printable.ts';

const NAMED_MAX = 5;

/** What the plan lists although it is not there, which is most often misspelt. Empty if there is nothing. */
export function renderNamedInVain(named: readonly NamedInVain[], colours: Colours): string {
  if (named.length === 0) return '';
  const more = named.length > NAMED_MAX ? [`  and ${named.length - NAMED_MAX} more`] : [];
  const lines = named.slice(0, NAMED_MAX).map(({ kind, name, models }) => {
    const rest = models.length > NAMED_MAX ? ` and ${models.length - NAMED_MAX} more` : '';
    return printable(`  ${toKindWords(kind)} ${name}: ${models.slice(0, NAMED_MAX).join(', ')}${rest}`);
  });
  return colours.yellow(['There is no model or alias of these names:', ...lines, ...more].join('\n'));
}
