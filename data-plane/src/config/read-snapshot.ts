import {
  EMPTY_CHECKSUM,
  formatChecksum,
  isSignatureOf,
  type Keyring,
  snapshotHead,
  snapshotItem,
  snapshotTail,
  withItem,
} from '@tollgate/schema';
import type { ConfigState } from './apply-delta.ts';
import { createConfigIndex } from './config-index.ts';

/**
 * Builds the configuration from the lines of a snapshot (head, items, tail).
 * @throws Error if a line is not what it should be, the end is missing, or checksum or signature are wrong.
 */
export async function readSnapshot(lines: AsyncIterable<string>, keyring: Keyring): Promise<ConfigState> {
  const index = createConfigIndex();
  let revision: number | undefined;
  let checksum = EMPTY_CHECKSUM;
  let count = 0;
  let isComplete = false;
  for await (const line of lines) {
    if (line === '') continue;
    if (isComplete) throw new Error('the snapshot goes on after its tail');
    const value: unknown = JSON.parse(line);
    if (revision === undefined) {
      revision = snapshotHead.parse(value).revision;
    } else if (isTail(value)) {
      const tail = snapshotTail.parse(value);
      if (tail.count !== count) throw new Error(`the snapshot has ${count} items, its tail says ${tail.count}`);
      if (tail.checksum !== formatChecksum(checksum)) throw new Error('the snapshot does not match its checksum');
      if (!isSignatureOf(keyring, revision, tail.checksum, tail.signature))
        throw new Error('the snapshot’s signature is wrong');
      isComplete = true;
    } else {
      const item = snapshotItem.parse(value);
      index.put(item);
      checksum = withItem(checksum, item);
      count += 1;
    }
  }
  if (revision === undefined || !isComplete) throw new Error('the snapshot ends before its tail');
  return { revision, checksum, index };
}

const isTail = (value: unknown): boolean => typeof value === 'object' && value !== null && 'signature' in value;
