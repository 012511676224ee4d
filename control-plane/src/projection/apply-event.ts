import { type Entity, parseEntityId } from '../aggregate/entity.ts';
import { evolveEntity } from '../aggregate/evolve-entity.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import { type Upcasters, upcast } from '../event-store/upcast/upcast.ts';

/**
 * What one event makes of an entity. Pure.
 * @param revision that of the whole change set, which is the position of its last event
 * @returns undefined if the entity is gone
 */
export function applyEvent(
  before: Entity | undefined,
  stored: StoredEvent,
  revision: number,
  table?: Upcasters,
): Entity | undefined {
  const event = upcast(stored, table);
  const { kind, name } = parseEntityId(event.streamId);
  const state = evolveEntity(kind, before?.state, event);
  if (!state) return undefined;
  const { owner, actor, source } = event.metadata;
  return {
    kind,
    name,
    version: event.version,
    revision,
    state,
    owner,
    ownedSince: before?.owner === owner ? before.ownedSince : { revision, at: event.recordedAt },
    changedBy: actor,
    changeSource: source,
    createdAt: before?.createdAt ?? event.recordedAt,
    updatedAt: event.recordedAt,
  };
}
