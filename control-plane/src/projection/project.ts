import { canonicalJson } from '@tollgate/schema';
import { sql, type Transaction } from 'kysely';
import { type Entity, type EntityId, parseEntityId } from '../aggregate/entity.ts';
import { evolveEntity } from '../aggregate/evolve-entity.ts';
import type { Tables } from '../database/tables.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import { upcast } from '../event-store/upcast/upcast.ts';
import { toRow } from './entity-row.ts';

/**
 * What one event makes of an entity. Pure.
 * @param revision that of the whole change set, which is the position of its last event
 * @returns undefined if the entity is gone
 */
export function applyEvent(before: Entity | undefined, stored: StoredEvent, revision: number): Entity | undefined {
  const event = upcast(stored);
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

/**
 * Writes touched entities as they are from a revision on; undefined ends one. What held before keeps its rows. All are
 * ended before any is written, so that two keys may exchange their secrets in one change set without meeting in the
 * unique index.
 */
export async function writeEntities(
  trx: Transaction<Tables>,
  touched: ReadonlyMap<EntityId, Entity | undefined>,
  revision: number,
): Promise<void> {
  const keys = canonicalJson([...touched.keys()].map((id) => ({ ...parseEntityId(id) })));
  await sql`
    update entity set valid_until = ${revision}
    from jsonb_to_recordset(${keys}::jsonb) as touched (kind text, name text)
    where entity.kind = touched.kind and entity.name = touched.name and entity.valid_until is null`.execute(trx);
  const rows = canonicalJson([...touched.values()].flatMap((entity) => (entity ? [toRow(entity)] : [])));
  await sql`
    insert into entity (
      kind, name, valid_from, version, state, owner, owned_since, owned_at, changed_by, change_source, refs, mentions,
      parents, created_at, updated_at
    )
    select
      kind, name, valid_from, version, state, owner, owned_since, owned_at, changed_by, change_source, refs, mentions,
      parents, created_at, updated_at
    from jsonb_to_recordset(${rows}::jsonb) as rows (
      kind text, name text, valid_from bigint, version int, state jsonb, owner text, owned_since bigint,
      owned_at timestamptz, changed_by text, change_source text, refs text[], mentions text[], parents text[],
      created_at timestamptz, updated_at timestamptz
    )`.execute(trx);
}
