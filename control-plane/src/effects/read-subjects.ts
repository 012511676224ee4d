import { type Selectable, sql, type Transaction } from 'kysely';
import type { EntityId } from '../aggregate/entity.ts';
import type { EntityTable, Tables } from '../database/tables.ts';
import { toEntity } from '../projection/entity-row.ts';
import { usersOf } from '../projection/read-users.ts';
import { type Declared, GROUP_KINDS, idOf, SUBJECT_KINDS } from './world.ts';

/** An organization has teams, they have projects, those have keys; access groups stand beside. */
const DEPTH_MAX = 5;

/** Keys, and what keys belong to, that belong to any of `roots` or are allowed something by them; at most `limit`. */
export async function readBelow(
  trx: Transaction<Tables>,
  roots: readonly EntityId[],
  limit: number,
): Promise<readonly Declared[]> {
  const found = new Map<EntityId, Declared>();
  let level: readonly EntityId[] = [...new Set(roots)];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0 && found.size < limit; depth += 1) {
    const { rows } = await sql<Selectable<EntityTable>>`
      select distinct on (kind, name) entity.*
      from ${usersOf(level)}
      where kind = any(${SUBJECT_KINDS}::text[])
      order by kind, name
      limit ${limit}`.execute(trx);
    const fresh = rows.map(toEntity).filter((one) => !found.has(idOf(one)));
    for (const one of fresh) found.set(idOf(one), one);
    level = fresh.map(idOf);
  }
  return [...found.values()].slice(0, limit);
}

/**
 * Those who may be allowed to ask for one of `names` by what they declare themselves, wildcards and the lack of any
 * restriction included; at most `limit`, by kind and name. Whether they are, what they belong to decides as well.
 */
export async function readAllowed(
  trx: Transaction<Tables>,
  names: readonly string[],
  limit: number,
): Promise<readonly Declared[]> {
  const groups = await sql<{ id: EntityId }>`
    select kind || ':' || name as id from entity
    where valid_until is null and kind = any(${[...GROUP_KINDS]}::text[]) and ${namesOneOf(names)}`.execute(trx);
  const { rows } = await sql<Selectable<EntityTable>>`
    select * from entity
    where valid_until is null and kind = any(${SUBJECT_KINDS}::text[])
      and (${namesOneOf(names)} or (
        state #> '{spec,models}' is null
        and not exists (select 1 from unnest(refs) as ref where split_part(ref, ':', 1) = any(${[...GROUP_KINDS]}::text[]))))
    order by kind, name
    limit ${limit}`.execute(trx);
  const byGroup = await readBelow(
    trx,
    groups.rows.map(({ id }) => id),
    limit,
  );
  return [...rows.map(toEntity), ...byGroup].slice(0, limit);
}

const namesOneOf = (names: readonly string[]) => sql<boolean>`(
  state #> '{spec,models}' ?| ${names}::text[] or state #>> '{spec,models}' like '%*%')`;

/** The names of all models and aliases. */
export async function readPublicNames(
  trx: Transaction<Tables>,
  kinds: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ name: string }>`
    select name from entity where valid_until is null and kind = any(${[...kinds]}::text[])`.execute(trx);
  return new Set(rows.map(({ name }) => name));
}
