import type { EntityKind } from '@tollgate/schema';
import { type Kysely, type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import { type Entity, type EntityId, toEntityId } from '../aggregate/entity.ts';
import type { EntityTable, Tables } from '../database/tables.ts';
import { toEntity } from './entity-row.ts';

/**
 * Who refers to each of `targets` now, by kind and name; at most `limitEach` of each.
 * @param options.except entities that do not count
 * @param options.mentions whether those count that only mention them
 */
export async function readUsers(
  db: Kysely<Tables>,
  targets: readonly EntityId[],
  options: { readonly except: readonly EntityId[]; readonly limitEach: number; readonly mentions: boolean },
): Promise<ReadonlyMap<EntityId, readonly EntityId[]>> {
  if (targets.length === 0) return new Map();
  const { rows } = await sql<{ target: EntityId; users: readonly EntityId[] }>`
    select target, array_agg(kind || ':' || name order by kind, name) as users
    from (
      select target, kind, name, row_number() over (partition by target order by kind, name) as place
      from ${options.mentions ? namersOf(targets) : usersOf(targets)}
      where not kind || ':' || name = any(${options.except}::text[])
    ) as users
    where place <= ${options.limitEach}
    group by target`.execute(db);
  return new Map(rows.map(({ target, users }) => [target, users]));
}

/** The entities of some kinds that refer to any of `targets` now. */
export async function readUsingEntities(
  db: Kysely<Tables>,
  targets: readonly EntityId[],
  kinds: readonly EntityKind[],
): Promise<readonly Entity[]> {
  if (targets.length === 0 || kinds.length === 0) return [];
  const { rows } = await sql<Selectable<EntityTable>>`
    select * from ${usersOf(targets)} where kind = any(${kinds}::text[])`.execute(db);
  const entities = rows.map(toEntity);
  return [...new Map(entities.map((entity) => [toEntityId(entity.kind, entity.name), entity])).values()];
}

/**
 * The rows `target, entity.*` of all that refer to any of `targets` now: one look into the index for each target. An overlap
 * with all of them at once would be compared row by row, and so would a plain join before Postgres has counted what a large
 * change set brought; `offset 0` keeps it from making one of this.
 */
export const usersOf = (targets: readonly EntityId[]): RawBuilder<unknown> =>
  lookedUp(targets, sql`refs @> array[target]`);

const namersOf = (targets: readonly EntityId[]): RawBuilder<unknown> =>
  lookedUp(targets, sql`(refs @> array[target] or mentions @> array[target])`);

const lookedUp = (targets: readonly EntityId[], isUser: RawBuilder<SqlBool>): RawBuilder<unknown> => sql`
  unnest(${targets}::text[]) as target
  cross join lateral (select * from entity where ${isUser} and valid_until is null offset 0) as entity`;
