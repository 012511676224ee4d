import {
  type Checksum,
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
  withItemText,
} from '@tollgate/schema';

/** What is done with the parts of a snapshot while they come; it is verified only at the end. */
export type SnapshotUse = {
  readonly onItem?: (item: SnapshotItem) => void;
  readonly onDataKey?: (dataKey: WrappedDataKey) => void;
  /** Is given each line of the head and the items as it came, and may ask to be waited for. */
  readonly keep?: (line: string) => Promise<void> | undefined;
};

export type VerifiedSnapshot = { readonly revision: number; readonly checksum: Checksum; readonly signature: string };

/**
 * Reads the lines of a snapshot (head, items with data keys among them, tail) and holds none of them. Each item's line is
 * its `itemText`, so that the checksum is taken over what came, and no text is made of a million items anew.
 * @throws Error if a line is not what it should be, the end is missing, or checksum or signature are wrong.
 */
export async function verifySnapshot(
  lines: AsyncIterable<string>,
  keyring: Keyring,
  { onItem, onDataKey, keep }: SnapshotUse,
): Promise<VerifiedSnapshot> {
  let revision: number | undefined;
  let signature: string | undefined;
  let checksum = EMPTY_CHECKSUM;
  let count = 0;
  for await (const line of lines) {
    if (line === '') continue;
    if (signature !== undefined) throw new Error('the snapshot goes on after its tail');
    const value: unknown = JSON.parse(line);
    if (revision === undefined) {
      revision = snapshotHead.parse(value).revision;
      await keep?.(line);
    } else if (has(value, 'signature')) {
      const tail = snapshotTail.parse(value);
      if (tail.count !== count) throw new Error(`the snapshot has ${count} items, its tail says ${tail.count}`);
      if (tail.checksum !== formatChecksum(checksum)) throw new Error('the snapshot does not match its checksum');
      if (!isSignatureOf(keyring, revision, tail.checksum, tail.signature))
        throw new Error('the snapshot’s signature is wrong');
      signature = tail.signature;
    } else if (has(value, 'dataKey')) {
      onDataKey?.(snapshotDataKey.parse(value).dataKey);
    } else {
      onItem?.(snapshotItem.parse(value));
      checksum = withItemText(checksum, line);
      count += 1;
      const waiting = keep?.(line);
      if (waiting !== undefined) await waiting;
    }
  }
  if (revision === undefined || signature === undefined) throw new Error('the snapshot ends before its tail');
  return { revision, checksum, signature };
}

const has = (value: unknown, member: string): boolean => typeof value === 'object' && value !== null && member in value;
