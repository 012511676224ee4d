import { type Checksum, withItem, withoutItem } from '@tollgate/schema';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, isEntityId } from '../aggregate/entity.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import type { Upcasters } from '../event-store/upcast/upcast.ts';
import { applyEvent } from './apply-event.ts';

/** Some entities at a revision; undefined, like absence, stands for 'is none'. */
export type Entities = ReadonlyMap<EntityId, Entity | undefined>;

/** What the events of one change set make of the entities that they are about. Pure. */
export function foldChangeSet(before: Entities, events: readonly StoredEvent[], table?: Upcasters): Entities {
  const revision = revisionOf(events);
  const touched = new Map<EntityId, Entity | undefined>();
  // What was done to a quota is in the log as well, and is no entity's.
  for (const event of events.filter(({ streamId }) => isEntityId(streamId))) {
    const id = event.streamId as EntityId;
    touched.set(id, applyEvent(touched.has(id) ? touched.get(id) : before.get(id), event, revision, table));
  }
  return touched;
}

/** The revision that a change set leads to is the position of its last event. */
export const revisionOf = (events: readonly StoredEvent[]): number => events.at(-1)?.position ?? 0;

/** The checksum of what nodes have, after some entities became something else. */
export function checksumAfter(checksum: Checksum, before: Entities, touched: Entities): Checksum {
  let sum = checksum;
  for (const [id, after] of touched) {
    const was = before.get(id);
    if (was) sum = withoutItem(sum, toSnapshotItem(was));
    if (after) sum = withItem(sum, toSnapshotItem(after));
  }
  return sum;
}
