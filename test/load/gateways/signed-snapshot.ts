import {
  createKeyring,
  EMPTY_CHECKSUM,
  formatChecksum,
  itemText,
  SNAPSHOT_SCHEMA_VERSION,
  type SnapshotItem,
  signRevision,
  withItem,
} from '@tollgate/schema';

/** A snapshot of revision 1 as a node keeps it on disk, signed as a control plane with this sealing key would. */
export function signedSnapshot(sealKey: string, items: readonly SnapshotItem[]): string {
  const checksum = formatChecksum(items.reduce(withItem, EMPTY_CHECKSUM));
  const head = { schemaVersion: SNAPSHOT_SCHEMA_VERSION, revision: 1 };
  const tail = { count: items.length, checksum, signature: signRevision(createKeyring(sealKey), 1, checksum) };
  const lines = [JSON.stringify(head), ...items.map(itemText), JSON.stringify(tail)];
  return lines.map((line) => `${line}\n`).join('');
}
