import type { EntityKind } from '@tollgate/schema';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Entity, EntityId } from '../aggregate/entity.ts';
import type { EntityTable, Tables } from '../database/tables.ts';
import { toEntity } from './entity-row.ts';

/** The entities of some kinds that can be reached now from `start`, going from reference to reference over these kinds. */
export async function readReachable(
  db: Kysely<Tables>,
  start: readonly EntityId[],
  kinds: readonly EntityKind[],
): Promise<readonly Entity[]> {
  if (start.length === 0 || kinds.length === 0) return [];
  const { rows } = await sql<Selectable<EntityTable>>`
    with recursive way (id) as (
      select unnest(${start}::text[]) collate "C"
      union
      select reference from way join entity on ${IS_OF_WAY}, unnest(entity.refs) as reference
      where split_part(reference, ':', 1) = any(${kinds}::text[])
    )
    select entity.* from way join entity on ${IS_OF_WAY} where entity.kind = any(${kinds}::text[])`.execute(db);
  return rows.map(toEntity);
}

/** Names may hold colons, kinds do not. */
const IS_OF_WAY = sql`
  entity.kind = split_part(way.id, ':', 1) and entity.name = substr(way.id, strpos(way.id, ':') + 1)
  and entity.valid_until is null`;
