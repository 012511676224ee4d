import { canonicalJson, type EntityKind } from '@tollgate/schema';
import { sql, type Transaction } from 'kysely';
import { definitionOf } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, parseEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import { toRow } from './entity-row.ts';

/**
 * What one event makes of an entity. Pure.
 * @param revision that of the whole change set, which is the position of its last event
 * @returns undefined if the entity is gone
 */
export function applyEvent(before: Entity | undefined, event: StoredEvent, revision: number): Entity | undefined {
  const { kind, name } = parseEntityId(event.streamId);
  const { evolve } = definitionOf<EntityKind>(kind).decider;
  const state = evolve(before?.state, { type: event.type, data: event.data } as Parameters<typeof evolve>[1]);
  if (!state) return undefined;
  const createdAt = before?.createdAt ?? event.recordedAt;
  return { kind, name, version: event.version, revision, state, createdAt, updatedAt: event.recordedAt };
}

/**
 * Writes touched entities as they are after a change set; undefined removes one. All are removed before any is written,
 * so that two keys may exchange their secrets in one change set without meeting in the unique index.
 */
export async function writeEntities(
  trx: Transaction<Tables>,
  touched: ReadonlyMap<EntityId, Entity | undefined>,
): Promise<void> {
  const keys = canonicalJson([...touched.keys()].map((id) => ({ ...parseEntityId(id) })));
  await sql`
    delete from entity using jsonb_to_recordset(${keys}::jsonb) as touched (kind text, name text)
    where entity.kind = touched.kind and entity.name = touched.name`.execute(trx);
  const rows = canonicalJson([...touched.values()].flatMap((entity) => (entity ? [toRow(entity)] : [])));
  await sql`
    insert into entity (kind, name, version, revision, state, created_at, updated_at)
    select kind, name, version, revision, state, created_at, updated_at
    from jsonb_to_recordset(${rows}::jsonb) as rows (
      kind text, name text, version int, revision bigint, state jsonb, created_at timestamptz, updated_at timestamptz
    )`.execute(trx);
}
