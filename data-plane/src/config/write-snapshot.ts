import { formatChecksum, type Keyring, SNAPSHOT_SCHEMA_VERSION, signRevision } from '@tollgate/schema';
import type { ConfigState } from './apply-delta.ts';

/** The lines of a snapshot of this configuration, as `readSnapshot` takes them. */
export function* writeSnapshot({ revision, checksum, index }: ConfigState, keyring: Keyring): Generator<string> {
  yield JSON.stringify({ schemaVersion: SNAPSHOT_SCHEMA_VERSION, revision });
  let count = 0;
  for (const item of index.items()) {
    yield JSON.stringify(item);
    count += 1;
  }
  const sum = formatChecksum(checksum);
  yield JSON.stringify({ count, checksum: sum, signature: signRevision(keyring, revision, sum) });
}
