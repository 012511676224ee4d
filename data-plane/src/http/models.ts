import type { KeyGrant } from '../admission/key-grant.ts';
import { matchesPattern } from '../admission/matches-pattern.ts';
import type { ConfigIndex } from '../config/config-index.ts';

/** A model as OpenAI's API lists it. */
export type ListedModel = {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
};

/** The models, aliases and names of its own routing that a key may ask for, by name. Wildcards are patterns, not models, and are left out. */
export function listModels(
  index: ConfigIndex,
  grant: KeyGrant,
): { readonly object: 'list'; readonly data: readonly ListedModel[] } {
  const all = new Set([...index.names('model'), ...index.names('alias'), ...grant.renamed()]);
  const names = [...all].filter((name) => !name.endsWith('*') && grant.mayAsk(name)).sort();
  return { object: 'list', data: names.map(toListedModel) };
}

export function findModel(index: ConfigIndex, grant: KeyGrant, id: string): ListedModel | undefined {
  const isKnown =
    index.findModel(id) !== undefined ||
    index.get('alias', id) !== undefined ||
    grant.renamed().includes(id) ||
    index.wildcardModels().some((pattern) => matchesPattern(pattern, id));
  return isKnown && grant.mayAsk(id) ? toListedModel(id) : undefined;
}

/** OpenAI's shape asks for an instant of creation, which a public name does not have. */
const toListedModel = (id: string): ListedModel => ({ id, object: 'model', created: 0, owned_by: 'tollgate' });
