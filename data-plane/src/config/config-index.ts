import {
  type ModelConfig,
  type NodeConfigs,
  type NodeKind,
  nodeKinds,
  type ProviderConfig,
  type SnapshotItem,
  type VirtualKeyConfig,
} from '@tollgate/schema';
import { createKeyTable } from './key-table.ts';

/** A virtual key as requests meet it. */
export type KeyEntry = {
  readonly name: string;
  readonly config: VirtualKeyConfig;
  /** If it was found by a secret before its present one: until when that is taken, milliseconds since 1970. */
  readonly untilMs?: number;
};

/** The configuration that a node enforces, indexed for look-ups by what requests carry. */
export type ConfigIndex = {
  findKey(secretHash: string): KeyEntry | undefined;
  findProvider(name: string): ProviderConfig | undefined;
  findModel(name: string): ModelConfig | undefined;
  /** Public model names that end in `*`, the longest first, so that the most specific wins. */
  wildcardModels(): readonly string[];
  names(kind: NodeKind): Iterable<string>;
  /** Undefined if there is none of this name. */
  get<Kind extends NodeKind>(kind: Kind, name: string): NodeConfigs[Kind] | undefined;
  find(kind: SnapshotItem['kind'], id: string): SnapshotItem | undefined;
  /** All items, or those of some kinds. */
  items(kinds?: readonly SnapshotItem['kind'][]): Iterable<SnapshotItem>;
};

export type MutableConfigIndex = ConfigIndex & {
  put(item: SnapshotItem): void;
  remove(kind: SnapshotItem['kind'], id: string): void;
};

export function createConfigIndex(): MutableConfigIndex {
  const keys = createKeyTable();
  const tables = createTables();
  const byKind = { ...tables, 'virtual-key': keys };
  const { provider: providers, model: models } = tables;
  let wildcards: readonly string[] | undefined;

  return {
    findKey: keys.findBySecret,
    findProvider: (name) => providers.get(name),
    findModel: (name) => models.get(name),
    wildcardModels() {
      wildcards ??= [...models.keys()].filter((name) => name.endsWith('*')).sort((a, b) => b.length - a.length);
      return wildcards;
    },
    names: (kind) => (kind === 'virtual-key' ? keys.names() : tables[kind].keys()),
    // The table of a kind holds the values of that kind.
    get: <Kind extends NodeKind>(kind: Kind, name: string) => byKind[kind].get(name) as NodeConfigs[Kind] | undefined,
    *items(kinds = nodeKinds) {
      for (const kind of kinds) {
        for (const [id, value] of byKind[kind].entries()) yield { kind, id, value } as SnapshotItem;
      }
    },
    find(kind, id) {
      const value = byKind[kind].get(id);
      return value === undefined ? undefined : ({ kind, id, value } as SnapshotItem);
    },
    put(item) {
      if (item.kind === 'virtual-key') return keys.put(item.id, item.value);
      if (item.kind === 'model') wildcards = undefined;
      const table: Map<string, SnapshotItem['value']> = tables[item.kind];
      table.set(item.id, item.value);
    },
    remove(kind, id) {
      if (kind === 'virtual-key') return keys.remove(id);
      tables[kind].delete(id);
      wildcards = undefined;
    },
  };
}

type Tables = { readonly [Kind in Exclude<NodeKind, 'virtual-key'>]: Map<string, NodeConfigs[Kind]> };

const createTables = (): Tables => Object.fromEntries(nodeKinds.map((kind) => [kind, new Map()])) as unknown as Tables;
