import type { ConfigIndex } from '../config/config-index.ts';

/** Aliases in a circle are refused when they are declared; a node does not rely on it. */
const ALIASES_MAX = 16;

/** A public name and, if it is an alias, all that it stands for in turn; the last is the model. */
export function aliasChain(index: ConfigIndex, name: string): readonly [string, ...string[]] {
  const chain: [string, ...string[]] = [name];
  let alias = index.get('alias', name);
  while (alias !== undefined && chain.length <= ALIASES_MAX) {
    const target = alias.model ?? alias.alias;
    if (target === undefined) break;
    chain.push(target);
    alias = alias.alias === undefined ? undefined : index.get('alias', alias.alias);
  }
  return chain;
}

/** The model that a public name stands for; itself if it is no alias. */
export const modelOfAlias = (index: ConfigIndex, name: string): string =>
  index.get('alias', name) === undefined ? name : (aliasChain(index, name).at(-1) ?? name);
