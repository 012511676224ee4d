import { type Entity, type EntityId, isEntityId } from '../aggregate/entity.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import { applyEvent } from './project.ts';

/** The configuration that a whole log leads to: what the projection must hold, and how it is made anew. */
export function foldLog(events: readonly StoredEvent[]): ReadonlyMap<EntityId, Entity> {
  const revisions = new Map(events.map(({ metadata, position }) => [metadata.changeSetId, position]));
  const entities = new Map<EntityId, Entity>();
  for (const event of events.filter(({ streamId }) => isEntityId(streamId))) {
    const id = event.streamId as EntityId;
    const entity = applyEvent(entities.get(id), event, revisions.get(event.metadata.changeSetId) ?? event.position);
    if (entity) entities.set(id, entity);
    else entities.delete(id);
  }
  return entities;
}
