import type { PlanEntry } from '../api/plan-answer.ts';
import type { Colours } from '../terminal.ts';
import { toKindWords } from './kind-words.ts';
import { printable } from './printable.ts';

const NAMED_MAX = 5;

/** What the plan declares in vain for now: it is stored and shown, but nothing enforces it yet. Empty if there is nothing. */
export function renderNotEnforced(entries: readonly PlanEntry[], colours: Colours): string {
  const idle = entries.filter(({ notEnforced }) => notEnforced.length > 0).map(nameIdle);
  if (idle.length === 0) return '';
  const more = idle.length > NAMED_MAX ? ` and ${idle.length - NAMED_MAX} more` : '';
  return colours.yellow(`Stored, but not enforced by this version yet: ${idle.slice(0, NAMED_MAX).join(', ')}${more}`);
}

function nameIdle({ kind, name, notEnforced }: PlanEntry): string {
  const entity = printable(`${toKindWords(kind)} ${name}`);
  return notEnforced.includes('*') ? entity : `${notEnforced.join(' and ')} of ${entity}`;
}
