import { type Entity, type EntityId, isEntityId } from '../aggregate/entity.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import type { Upcasters } from '../event-store/upcast/upcast.ts';
import { applyEvent } from './apply-event.ts';

/** The configuration that a whole log leads to: what the projection must hold. */
export function foldLog(events: readonly StoredEvent[], table?: Upcasters): ReadonlyMap<EntityId, Entity> {
  const revisions = new Map(events.map(({ metadata, position }) => [metadata.changeSetId, position]));
  const entities = new Map<EntityId, Entity>();
  for (const event of events.filter(({ streamId }) => isEntityId(streamId))) {
    const id = event.streamId as EntityId;
    const revision = revisions.get(event.metadata.changeSetId) ?? event.position;
    const entity = applyEvent(entities.get(id), event, revision, table);
    if (entity) entities.set(id, entity);
    else entities.delete(id);
  }
  return entities;
}
