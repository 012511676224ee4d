/** Where something stands in a file; line and column count from 1. */
export type ConfigPlace = { readonly file: string; readonly line: number; readonly column: number };

/** A LiteLLM configuration with the places of its keys. Texts are as written: what they mean depends on the key. */
export type ConfigNode = ConfigText | ConfigList | ConfigMap;

export type ConfigText = {
  readonly kind: 'text';
  readonly text: string;
  /** Whether it stands without quotes, so that `null`, `yes` and `12` are no texts. */
  readonly isPlain: boolean;
};

export type ConfigList = { readonly kind: 'list'; readonly items: readonly ConfigNode[] };

export type ConfigMap = {
  readonly kind: 'map';
  /** Every key that stands here, in its order; also `<<`, and those that are given again further down. */
  readonly entries: readonly ConfigEntry[];
  /** What `<<` takes in; the first wins. */
  readonly merged: readonly ConfigMap[];
  /** Whether an alias can stand for it. */
  readonly isAnchored: boolean;
};

/** One key of the input. Where an alias stands for its map, it is the same object. */
export type ConfigEntry = {
  readonly name: string;
  readonly place: ConfigPlace;
  /** Such as `model_list[0].litellm_params.model`; without names that could be secrets. */
  readonly path: string;
  readonly value: ConfigNode;
  /** Where the same key is given again, which LiteLLM takes instead. */
  readonly supersededAt?: ConfigPlace | undefined;
};

export const MERGE_KEY = '<<';

/** The keys of a map by name, as LiteLLM sees them: aliases merged, the last of equal names. */
export type Fields = ReadonlyMap<string, ConfigEntry>;

export const NO_FIELDS: Fields = new Map();

export function fieldsOf(node: ConfigNode | undefined): Fields {
  if (node?.kind !== 'map') return NO_FIELDS;
  const fields = new Map<string, ConfigEntry>();
  for (const merged of node.merged.toReversed()) for (const [name, entry] of fieldsOf(merged)) fields.set(name, entry);
  for (const entry of node.entries) if (entry.name !== MERGE_KEY) fields.set(entry.name, entry);
  return fields;
}

export const itemsOf = (node: ConfigNode | undefined): readonly ConfigNode[] =>
  node?.kind === 'list' ? node.items : [];
