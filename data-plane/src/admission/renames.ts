import type { VirtualKeyConfig } from '@tollgate/schema';
import { type Owner, teamOf } from './owners.ts';

/** What a public name is replaced by, and by whose routing. */
export type Rename = { readonly to: string; readonly by: 'key' | 'team' };

/** The names that a key's routing replaces, before those that its team's does. */
export type Renames = {
  /** What is asked for in place of a name; undefined if that is the name itself. */
  of(name: string): Rename | undefined;
  names(): readonly string[];
};

/** Undefined if there are none, as is the rule. */
export function renamesFor({ routing }: VirtualKeyConfig, owners: readonly Owner[]): Renames | undefined {
  const own: RenamedTo = routing?.models ?? {};
  const teams: RenamedTo = teamOf(owners)?.routing?.models ?? {};
  const names = [...new Set([...Object.keys(own), ...Object.keys(teams)])];
  if (names.length === 0) return undefined;
  return {
    of(name) {
      const [byKey, byTeam] = [targetOf(own, name), targetOf(teams, name)];
      if (byKey !== undefined) return { to: byKey, by: 'key' };
      return byTeam === undefined ? undefined : { to: byTeam, by: 'team' };
    },
    names: () => names,
  };
}

type RenamedTo = Readonly<Record<string, string>>;

const targetOf = (renames: RenamedTo, name: string): string | undefined =>
  Object.hasOwn(renames, name) ? renames[name] : undefined;
