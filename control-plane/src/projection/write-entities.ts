import { canonicalJson } from '@tollgate/schema';
import { sql, type Transaction } from 'kysely';
import { type Entity, type EntityId, parseEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { toRow } from './entity-row.ts';
import type { Entities } from './fold-change-set.ts';

/** What an entity is from its revision on, until before another; null if it is so now. */
export type EntityRow = { readonly entity: Entity; readonly until: number | null };

/** Writes touched entities as they are from a revision on; undefined ends one. What held before keeps its rows. */
export function writeEntities(trx: Transaction<Tables>, touched: Entities, revision: number): Promise<void> {
  const ended = new Map([...touched.keys()].map((id) => [id, revision]));
  const rows = [...touched.values()].flatMap((entity) => (entity ? [{ entity, until: null }] : []));
  return writeRows(trx, ended, rows);
}

/**
 * Ends what holds of some entities, each at a revision, and writes rows. All are ended before any is written, so that two
 * keys may exchange their secrets in one change set without meeting in the unique index.
 */
export async function writeRows(
  trx: Transaction<Tables>,
  ended: ReadonlyMap<EntityId, number>,
  rows: readonly EntityRow[],
): Promise<void> {
  const ends = canonicalJson([...ended].map(([id, until]) => ({ ...parseEntityId(id), until })));
  await sql`
    update entity set valid_until = ended.until
    from jsonb_to_recordset(${ends}::jsonb) as ended (kind text, name text, until bigint)
    where entity.kind = ended.kind and entity.name = ended.name and entity.valid_until is null`.execute(trx);
  const values = canonicalJson(rows.map(({ entity, until }) => toRow(entity, until)));
  await sql`
    insert into entity (
      kind, name, valid_from, valid_until, version, state, owner, owned_since, owned_at, changed_by, change_source, refs,
      mentions, parents, created_at, updated_at
    )
    select
      kind, name, valid_from, valid_until, version, state, owner, owned_since, owned_at, changed_by, change_source, refs,
      mentions, parents, created_at, updated_at
    from jsonb_to_recordset(${values}::jsonb) as rows (
      kind text, name text, valid_from bigint, valid_until bigint, version int, state jsonb, owner text,
      owned_since bigint, owned_at timestamptz, changed_by text, change_source text, refs text[], mentions text[],
      parents text[], created_at timestamptz, updated_at timestamptz
    )`.execute(trx);
}
