import { matchesModel, mayUseModel } from '../admission/model-access.ts';
import type { ConfigIndex, KeyEntry } from '../config/config-index.ts';

/** A model as OpenAI's API lists it. */
export type ListedModel = {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
};

/** The models that a key may use, by name. Wildcards are patterns, not models, and are left out. */
export function listModels(
  index: ConfigIndex,
  key: KeyEntry,
): { readonly object: 'list'; readonly data: readonly ListedModel[] } {
  const names = [...index.modelNames()].filter((name) => !name.endsWith('*') && mayUseModel(index, key, name)).sort();
  return { object: 'list', data: names.map(toListedModel) };
}

export function findModel(index: ConfigIndex, key: KeyEntry, id: string): ListedModel | undefined {
  const isKnown =
    index.findModel(id) !== undefined || index.wildcardModels().some((pattern) => matchesModel(pattern, id));
  return isKnown && mayUseModel(index, key, id) ? toListedModel(id) : undefined;
}

/** OpenAI's shape asks for an instant of creation, which a public name does not have. */
const toListedModel = (id: string): ListedModel => ({ id, object: 'model', created: 0, owned_by: 'tollgate' });
