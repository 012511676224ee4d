import type { Keyring } from '@tollgate/schema';
import { type ConfigState, emptyConfig } from './config-state.ts';
import { type SnapshotUse, verifySnapshot } from './verify-snapshot.ts';

/**
 * Builds the configuration from the lines of a snapshot.
 * @throws Error as `verifySnapshot` does
 */
export async function readSnapshot(
  lines: AsyncIterable<string>,
  keyring: Keyring,
  keep: SnapshotUse['keep'] = () => undefined,
): Promise<ConfigState> {
  const { index, dataKeys } = emptyConfig(keyring);
  const verified = await verifySnapshot(lines, keyring, { onItem: index.put, onDataKey: dataKeys.put, keep });
  return { ...verified, index, dataKeys };
}
