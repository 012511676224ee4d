import {
  type ModelConfig,
  type NodeConfigs,
  type NodeKind,
  nodeKinds,
  type ProviderConfig,
  type SnapshotItem,
  type VirtualKeyConfig,
} from '@tollgate/schema';

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
  const byKind = createTables();
  const { provider: providers, model: models, 'virtual-key': keys } = byKind;
  const keysByHash = new Map<string, KeyEntry>();
  let wildcards: readonly string[] | undefined;

  function addKey(name: string, config: VirtualKeyConfig): void {
    for (const { hash, untilMs } of config.previousSecrets ?? [])
      if (!keysByHash.has(hash)) keysByHash.set(hash, { name, config, untilMs });
    keysByHash.set(config.secretHash, { name, config });
  }

  function removeKey(name: string): void {
    const config = keys.get(name);
    if (config === undefined) return;
    // Two keys may have exchanged their secrets, so a hash may be another's by now.
    for (const hash of [config.secretHash, ...(config.previousSecrets ?? []).map((secret) => secret.hash)])
      if (keysByHash.get(hash)?.name === name) keysByHash.delete(hash);
    keys.delete(name);
  }

  return {
    findKey: (secretHash) => keysByHash.get(secretHash),
    findProvider: (name) => providers.get(name),
    findModel: (name) => models.get(name),
    wildcardModels() {
      wildcards ??= [...models.keys()].filter((name) => name.endsWith('*')).sort((a, b) => b.length - a.length);
      return wildcards;
    },
    names: (kind) => byKind[kind].keys(),
    get: (kind, name) => byKind[kind].get(name),
    *items(kinds = nodeKinds) {
      for (const kind of kinds) {
        for (const [id, value] of byKind[kind]) yield { kind, id, value } as SnapshotItem;
      }
    },
    find(kind, id) {
      const value = byKind[kind].get(id);
      return value === undefined ? undefined : ({ kind, id, value } as SnapshotItem);
    },
    put(item) {
      if (item.kind === 'virtual-key') {
        removeKey(item.id);
        addKey(item.id, item.value);
      }
      if (item.kind === 'model') wildcards = undefined;
      // The table of an item's kind holds the values of that kind.
      const table: Map<string, SnapshotItem['value']> = byKind[item.kind];
      table.set(item.id, item.value);
    },
    remove(kind, id) {
      if (kind === 'virtual-key') removeKey(id);
      else byKind[kind].delete(id);
      wildcards = undefined;
    },
  };
}

type Tables = { readonly [Kind in NodeKind]: Map<string, NodeConfigs[Kind]> };

const createTables = (): Tables => Object.fromEntries(nodeKinds.map((kind) => [kind, new Map()])) as unknown as Tables;
