import { type ConfigEntry, type ConfigMap, type ConfigNode, fieldsOf } from './config-node.ts';
import { textsOf } from './scalars.ts';

/** A section of the configuration and each key that it has in one of the files. */
export type Section = { readonly entries: readonly ConfigEntry[]; readonly value: ConfigNode };

export type Sections = {
  readonly byName: ReadonlyMap<string, Section>;
  /** Keys of a file whose section another file replaces as a whole. */
  readonly replaced: readonly { readonly entry: ConfigEntry; readonly by: ConfigEntry }[];
};

/** The files that `include` names, relative to the folder of the first file. */
export const includesOf = (root: ConfigMap): readonly string[] => textsOf(fieldsOf(root).get('include')?.value);

/**
 * Puts included files behind the first one as LiteLLM does: lists are continued, every other section is replaced by that of
 * the file that is included last (https://docs.litellm.ai/docs/proxy/config_management).
 */
export function mergeSections(roots: readonly ConfigMap[]): Sections {
  const byName = new Map<string, Section>();
  const replaced: { entry: ConfigEntry; by: ConfigEntry }[] = [];
  for (const [name, entry] of roots.flatMap((root) => [...fieldsOf(root)])) {
    const earlier = byName.get(name);
    const { value } = entry;
    if (earlier?.value.kind === 'list' && value.kind === 'list') {
      const items = [...earlier.value.items, ...value.items];
      byName.set(name, { entries: [...earlier.entries, entry], value: { kind: 'list', items } });
    } else {
      for (const other of earlier?.entries ?? []) replaced.push({ entry: other, by: entry });
      byName.set(name, { entries: [entry], value });
    }
  }
  return { byName, replaced };
}
