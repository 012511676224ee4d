import {
  type Checksum,
  type Delta,
  EMPTY_CHECKSUM,
  formatChecksum,
  isSignatureOf,
  type Keyring,
  type SnapshotItem,
  snapshotDataKey,
  snapshotHead,
  snapshotItem,
  snapshotTail,
  type WrappedDataKey,
  withItem,
  withoutItem,
  wrappedDataKey,
} from '@tollgate/schema';
import type { NodePosition } from '../snapshot/delta.ts';

/** What a node does with snapshots and deltas, as strictly as it may: it throws on whatever does not add up. */
export type Replica = {
  load(text: string): void;
  apply(delta: Delta): void;
  position(): NodePosition;
  items(): readonly SnapshotItem[];
  /** The data keys that it has, by their owners. */
  dataKeys(): ReadonlyMap<string, WrappedDataKey>;
};

export function createReplica(keyring: Keyring): Replica {
  let items = new Map<string, SnapshotItem>();
  const dataKeys = new Map<string, WrappedDataKey>();
  let revision = 0;
  let checksum: Checksum = EMPTY_CHECKSUM;

  function verify(expected: { readonly checksum: string; readonly signature: string }): void {
    if (formatChecksum(checksum) !== expected.checksum) throw new Error(`wrong checksum at revision ${revision}`);
    if (!isSignatureOf(keyring, revision, expected.checksum, expected.signature)) throw new Error('wrong signature');
  }

  function remove(key: string): void {
    const old = items.get(key);
    if (old) checksum = withoutItem(checksum, old);
    items.delete(key);
  }

  function put(item: SnapshotItem): void {
    remove(`${item.kind}:${item.id}`);
    checksum = withItem(checksum, item);
    items.set(`${item.kind}:${item.id}`, item);
  }

  return {
    load(text) {
      const lines = text.split('\n');
      if (lines.pop() !== '') throw new Error('the last line is cut off');
      const [head, ...rest] = lines.map((line): unknown => JSON.parse(line));
      const tail = snapshotTail.parse(rest.pop());
      items = new Map();
      checksum = EMPTY_CHECKSUM;
      revision = snapshotHead.parse(head).revision;
      dataKeys.clear();
      for (const value of rest) {
        const { data } = snapshotDataKey.safeParse(value);
        if (data) dataKeys.set(data.dataKey.owner, data.dataKey);
        else put(snapshotItem.parse(value));
      }
      if (tail.count !== items.size) throw new Error(`${tail.count} items were promised, ${items.size} came`);
      verify(tail);
    },
    apply(delta) {
      if (delta.from !== revision) throw new Error(`a delta from ${delta.from} does not fit revision ${revision}`);
      for (const operation of delta.operations) {
        if (operation.op === 'put') put(snapshotItem.parse(operation.item));
        else if (!items.has(`${operation.kind}:${operation.id}`)) throw new Error(`nothing to remove: ${operation.id}`);
        else {
          remove(`${operation.kind}:${operation.id}`);
          dataKeys.delete(`${operation.kind}:${operation.id}`);
        }
      }
      for (const dataKey of delta.dataKeys ?? []) dataKeys.set(dataKey.owner, wrappedDataKey.parse(dataKey));
      revision = delta.to;
      verify(delta);
    },
    position: () => ({ revision, checksum: formatChecksum(checksum) }),
    items: () => [...items.values()],
    dataKeys: () => dataKeys,
  };
}
