import { randomBytes } from 'node:crypto';
import {
  createKeyring,
  type Delta,
  type DeltaOperation,
  EMPTY_CHECKSUM,
  formatChecksum,
  SNAPSHOT_SCHEMA_VERSION,
  type SnapshotItem,
  signRevision,
  withItem,
} from '@tollgate/schema';

/** What tests need of a control plane: signed snapshots and deltas. */
export const keyring = createKeyring(randomBytes(32).toString('base64'));

export const checksumOf = (items: readonly SnapshotItem[]): string =>
  formatChecksum(items.reduce(withItem, EMPTY_CHECKSUM));

export function snapshotLines(revision: number, items: readonly SnapshotItem[]): string[] {
  const checksum = checksumOf(items);
  const tail = { count: items.length, checksum, signature: signRevision(keyring, revision, checksum) };
  return [{ schemaVersion: SNAPSHOT_SCHEMA_VERSION, revision }, ...items, tail].map((line) => JSON.stringify(line));
}

/** A delta whose result is `items`. */
export function signedDelta(
  from: number,
  to: number,
  operations: DeltaOperation[],
  items: readonly SnapshotItem[],
): Delta {
  const checksum = checksumOf(items);
  return {
    schemaVersion: SNAPSHOT_SCHEMA_VERSION,
    from,
    to,
    operations,
    checksum,
    signature: signRevision(keyring, to, checksum),
  };
}

export async function* lines(list: readonly string[]): AsyncGenerator<string> {
  yield* list;
}

export const team = (id: string, ...models: string[]): SnapshotItem => ({ kind: 'team', id, value: { models } });

export const key = (id: string, secretHash: string): SnapshotItem => ({
  kind: 'virtual-key',
  id,
  value: { secretHash },
});
