import type { Commit } from '../api/plan-answer.ts';
import type { Colours } from '../terminal.ts';
import { printable } from './printable.ts';
import { renderPropagation } from './propagation.ts';

/** The revision that a commit made, the secrets that were made with it, which nobody can read a second time, and the nodes. */
export function renderApplied(commit: Commit, colours: Colours): string {
  const { revision, propagation } = commit;
  return [
    colours.green(`Applied as revision ${revision}`),
    ...renderIssued(commit, colours),
    ...(propagation ? [renderPropagation(propagation, colours)] : []),
  ].join('\n');
}

/** The secrets that were made; if an earlier try made them, they are lost. */
export function renderIssued({ issuedSecrets, replayed }: Commit, colours: Colours): readonly string[] {
  const lost =
    'A first try had committed it; secrets that were made then are not shown again: `tollgate keys rotate` makes new ones';
  return [
    ...issuedSecrets.map(
      ({ name, secret }) =>
        `The secret of key ${printable(name)}, shown only this once: ${colours.bold(printable(secret))}`,
    ),
    ...(replayed ? [lost] : []),
  ];
}
