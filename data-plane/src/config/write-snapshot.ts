import { formatChecksum, itemText, type Keyring, SNAPSHOT_SCHEMA_VERSION, signRevision } from '@tollgate/schema';
import type { ConfigState } from './config-state.ts';

/** The head and the items of a snapshot of this configuration, as `readSnapshot` takes them. */
export function* snapshotBodyLines({ revision, index }: ConfigState): Generator<string> {
  yield JSON.stringify({ schemaVersion: SNAPSHOT_SCHEMA_VERSION, revision });
  for (const item of index.items()) yield itemText(item);
}

/** The tail, signed with the sealing keys of this node: the disk copy must verify after the control plane's were changed. */
export function snapshotTailLine(
  { revision, checksum }: Pick<ConfigState, 'revision' | 'checksum'>,
  count: number,
  keyring: Keyring,
): string {
  const sum = formatChecksum(checksum);
  return JSON.stringify({ count, checksum: sum, signature: signRevision(keyring, revision, sum) });
}
