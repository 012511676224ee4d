import {
  type DataKey,
  dataKeyIdOf,
  type Keyring,
  openValue,
  unwrapDataKey,
  type WrappedDataKey,
  wrapDataKey,
} from '@tollgate/schema';

/** The data keys of the entities that a node knows, by the entity's id; each has one at a time. */
export type DataKeys = {
  put(wrapped: WrappedDataKey): void;
  remove(owner: string): void;
  /** Whether the data key that sealed this value is there and opens. */
  canOpen(owner: string, sealed: string): boolean;
  /** @returns undefined if the data key is missing or cannot be opened, or the value is not what it sealed for this field */
  open(owner: string, field: string, sealed: string): string | undefined;
  /** As they may lie on disk: wrapped with the sealing keys of this node, whatever they came with. */
  wrapped(): readonly WrappedDataKey[];
};

type Entry = { readonly wrapped: WrappedDataKey; readonly dataKey: DataKey | undefined };

/** One that this node's sealing keys do not open is kept as it came: after a restart with the right ones it opens. */
export function createDataKeys(keyring: Keyring): DataKeys {
  const entries = new Map<string, Entry>();
  const find = (owner: string) => entries.get(owner)?.dataKey;
  return {
    put(wrapped) {
      const dataKey = unwrapDataKey(keyring, wrapped);
      entries.set(wrapped.owner, { wrapped: dataKey ? wrapDataKey(keyring, dataKey) : wrapped, dataKey });
    },
    remove: (owner) => void entries.delete(owner),
    canOpen: (owner, sealed) => find(owner)?.id === dataKeyIdOf(sealed),
    open(owner, field, sealed) {
      const dataKey = find(owner);
      return dataKey && openValue(dataKey, field, sealed);
    },
    wrapped: () => [...entries.values()].map((entry) => entry.wrapped),
  };
}
