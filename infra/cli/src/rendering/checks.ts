import type { Colours } from '../terminal.ts';
import { printable } from './printable.ts';

/** The finding of one of doctor's checks; a check whose ground is missing is skipped. */
export type Check =
  | { readonly state: 'ok'; readonly name: string; readonly detail: string }
  | { readonly state: 'problem'; readonly name: string; readonly detail: string; readonly advice: string }
  | { readonly state: 'skipped'; readonly name: string; readonly detail: string };

export function renderChecks(checks: readonly Check[], colours: Colours): string {
  return checks.map((check) => renderCheck(check, colours)).join('\n');
}

function renderCheck(check: Check, colours: Colours): string {
  const words = `${check.name}: ${printable(check.detail)}`;
  switch (check.state) {
    case 'ok':
      return `${colours.green('ok     ')} ${words}`;
    case 'problem':
      return `${colours.red('problem')} ${words}\n        ${printable(check.advice)}`;
    case 'skipped':
      return `${colours.dim('skipped')} ${words}`;
    default:
      return check satisfies never;
  }
}
