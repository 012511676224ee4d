import type { Commit } from '../api/change-set.ts';
import type { Colours } from '../terminal.ts';
import { printable } from './printable.ts';

/** The revision that a commit made, and the secrets that were made with it: nobody can read them a second time. */
export function renderApplied({ revision, issuedSecrets }: Commit, colours: Colours): string {
  const secrets = issuedSecrets.map(
    ({ name, secret }) =>
      `The secret of key ${printable(name)}, shown only this once: ${colours.bold(printable(secret))}`,
  );
  return [colours.green(`Applied as revision ${revision}`), ...secrets].join('\n');
}
