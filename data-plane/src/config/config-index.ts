import type { ModelConfig, ProviderConfig, SnapshotItem, TeamConfig, VirtualKeyConfig } from '@tollgate/schema';

/** A virtual key as requests meet it. */
export type KeyEntry = { readonly name: string; readonly config: VirtualKeyConfig };

/** The configuration that a node enforces, indexed for look-ups by what requests carry. */
export type ConfigIndex = {
  findKey(secretHash: string): KeyEntry | undefined;
  findTeam(name: string): TeamConfig | undefined;
  findProvider(name: string): ProviderConfig | undefined;
  findModel(name: string): ModelConfig | undefined;
  /** Public model names that end in `*`, the longest first, so that the most specific wins. */
  wildcardModels(): readonly string[];
  modelNames(): Iterable<string>;
  find(kind: SnapshotItem['kind'], id: string): SnapshotItem | undefined;
  items(): Iterable<SnapshotItem>;
};

export type MutableConfigIndex = ConfigIndex & {
  put(item: SnapshotItem): void;
  remove(kind: SnapshotItem['kind'], id: string): void;
};

export function createConfigIndex(): MutableConfigIndex {
  const providers = new Map<string, ProviderConfig>();
  const models = new Map<string, ModelConfig>();
  const teams = new Map<string, TeamConfig>();
  const keys = new Map<string, VirtualKeyConfig>();
  const byKind = { provider: providers, model: models, team: teams, 'virtual-key': keys } as const;
  const keysByHash = new Map<string, KeyEntry>();
  let wildcards: readonly string[] | undefined;

  function removeKey(name: string): void {
    const previous = keys.get(name);
    if (previous !== undefined && keysByHash.get(previous.secretHash)?.name === name)
      keysByHash.delete(previous.secretHash);
    keys.delete(name);
  }

  return {
    findKey: (secretHash) => keysByHash.get(secretHash),
    findTeam: (name) => teams.get(name),
    findProvider: (name) => providers.get(name),
    findModel: (name) => models.get(name),
    wildcardModels() {
      wildcards ??= [...models.keys()].filter((name) => name.endsWith('*')).sort((a, b) => b.length - a.length);
      return wildcards;
    },
    modelNames: () => models.keys(),
    *items() {
      for (const [kind, entries] of Object.entries(byKind)) {
        for (const [id, value] of entries) yield { kind, id, value } as SnapshotItem;
      }
    },
    find(kind, id) {
      const value = byKind[kind].get(id);
      return value === undefined ? undefined : ({ kind, id, value } as SnapshotItem);
    },
    put(item) {
      switch (item.kind) {
        case 'provider':
          providers.set(item.id, item.value);
          break;
        case 'model':
          models.set(item.id, item.value);
          wildcards = undefined;
          break;
        case 'team':
          teams.set(item.id, item.value);
          break;
        case 'virtual-key':
          removeKey(item.id);
          keys.set(item.id, item.value);
          keysByHash.set(item.value.secretHash, { name: item.id, config: item.value });
          break;
        default:
          item satisfies never;
      }
    },
    remove(kind, id) {
      if (kind === 'virtual-key') removeKey(id);
      else byKind[kind].delete(id);
      wildcards = undefined;
    },
  };
}
