import {
  type Keyring,
  kindsSealedOnNodes,
  type SnapshotItem,
  unwrapDataKey,
  type WrappedDataKey,
  wrapDataKey,
} from '@tollgate/schema';
import type { Kysely } from 'kysely';
import { toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readDataKeys, readDataKeysOfKinds } from './data-key-table.ts';

const sealedKinds: ReadonlySet<string> = new Set(kindsSealedOnNodes);

/** The data keys that go with some items to the nodes. */
export async function readDataKeysOf(
  db: Kysely<Tables>,
  keyring: Keyring,
  items: readonly Pick<SnapshotItem, 'kind' | 'id'>[],
): Promise<readonly WrappedDataKey[]> {
  const sealed = items.filter(({ kind }) => sealedKinds.has(kind));
  const found = await readDataKeys(
    db,
    sealed.map(({ kind, id }) => toEntityId(kind, id)),
  );
  return [...found.values()].map((wrapped) => forNodes(keyring, wrapped));
}

/** The data keys that go with a whole snapshot. */
export async function readAllDataKeys(db: Kysely<Tables>, keyring: Keyring): Promise<readonly WrappedDataKey[]> {
  return (await readDataKeysOfKinds(db, kindsSealedOnNodes)).map((wrapped) => forNodes(keyring, wrapped));
}

/**
 * A node may still have the previous sealing key only, also after all data keys were wrapped anew: it gets them wrapped with
 * every sealing key that this process accepts.
 */
export function forNodes(keyring: Keyring, wrapped: WrappedDataKey): WrappedDataKey {
  const missing = keyring.accepted.filter(({ keyId }) => !Object.hasOwn(wrapped.wraps, keyId));
  const dataKey = missing.length === 0 ? undefined : unwrapDataKey(keyring, wrapped);
  if (!dataKey) return wrapped;
  return { ...wrapped, wraps: { ...wrapped.wraps, ...wrapDataKey({ accepted: missing }, dataKey).wraps } };
}
