import { EMPTY_CHECKSUM, formatChecksum, withItem } from '@tollgate/schema';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import { foldLog } from './fold-log.ts';

/** The checksum of what nodes have when the whole log is all that is known. Pure; holds the configuration in memory. */
export function checksumOfLog(events: readonly StoredEvent[]): string {
  const items = [...foldLog(events).values()].flatMap((entity) => toSnapshotItem(entity) ?? []);
  return formatChecksum(items.reduce(withItem, EMPTY_CHECKSUM));
}
