import { closestName } from '@tollgate/schema';
import { unknownKey, type Verdict } from './verdict.ts';

/** What is said of keys by their names; those of `model_info` are written as `model_info.mode`. */
export type VerdictTable = Readonly<Record<string, Verdict>>;

/** The same verdict for several names, which are separated by blanks. */
export const each = (names: string, verdict: Verdict): VerdictTable =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, verdict]));

/** Names come from outside: `constructor` is one like any other. */
export const verdictFor = (table: VerdictTable, name: string): Verdict | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** What is said of a name that no table knows. */
export function unknownAmong(name: string, known: readonly string[]): Verdict {
  const meant = closestName(name, known);
  return unknownKey(meant === undefined ? 'no key of LiteLLM that this importer knows' : `did you mean \`${meant}\`?`);
}
