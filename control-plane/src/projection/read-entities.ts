import type { EntityKind } from '@tollgate/schema';
import { type Expression, type ExpressionBuilder, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Entity, type EntityId, parseEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { toEntity } from './entity-row.ts';

/** Which revision is read; undefined for the one that holds now. */
export type AtRevision = { readonly revision?: number | undefined };

/** A further condition on the rows that are read, such as that somebody may see them; undefined for none. */
export type Only = { readonly only?: RawBuilder<SqlBool> | undefined };

const ANY = sql<SqlBool>`true`;

/** The condition that a row holds at a revision. Use it in every query over `entity`: the table has the past as well. */
export function holdsAt(revision?: number) {
  return ({ eb, or, and }: ExpressionBuilder<Tables, 'entity'>): Expression<SqlBool> =>
    revision === undefined
      ? eb('valid_until', 'is', null)
      : and([eb('valid_from', '<=', revision), or([eb('valid_until', 'is', null), eb('valid_until', '>', revision)])]);
}

export async function readEntity<Kind extends EntityKind>(
  db: Kysely<Tables>,
  kind: Kind,
  name: string,
  { revision, only }: AtRevision & Only = {},
): Promise<Entity<Kind> | undefined> {
  const row = await db
    .selectFrom('entity')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where(holdsAt(revision))
    .where(only ?? ANY)
    .executeTakeFirst();
  return row && (toEntity(row) as unknown as Entity<Kind>);
}

/** A page of one kind by name, byte by byte; `after` is exclusive. */
export async function readEntities<Kind extends EntityKind>(
  db: Kysely<Tables>,
  kind: Kind,
  { first, after, revision, only }: AtRevision & Only & { readonly first: number; readonly after?: string | undefined },
): Promise<readonly Entity<Kind>[]> {
  const rows = await db
    .selectFrom('entity')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '>', after ?? '')
    .where(holdsAt(revision))
    .where(only ?? ANY)
    .orderBy('name')
    .limit(first)
    .execute();
  return rows.map((row) => toEntity(row) as unknown as Entity<Kind>);
}

export async function countEntities(
  db: Kysely<Tables>,
  kind: EntityKind,
  { revision, only }: AtRevision & Only = {},
): Promise<number> {
  const { count } = await db
    .selectFrom('entity')
    .select(sql<number>`count(*)`.as('count'))
    .where('kind', '=', kind)
    .where(holdsAt(revision))
    .where(only ?? ANY)
    .executeTakeFirstOrThrow();
  return count;
}

/** Any number of entities by their ids, in one statement and in no order; those that do not exist are left out. */
export async function readByIds(
  db: Kysely<Tables>,
  ids: readonly EntityId[],
  { revision, only }: AtRevision & Only = {},
): Promise<readonly Entity[]> {
  if (ids.length === 0) return [];
  const keys = ids.map(parseEntityId);
  const [kinds, names] = [keys.map(({ kind }) => kind), keys.map(({ name }) => name)];
  const rows = await db
    .selectFrom('entity')
    .selectAll()
    .where(sql<boolean>`(kind, name) in (select * from unnest(${kinds}::text[], ${names}::text[]))`)
    .where(holdsAt(revision))
    .where(only ?? ANY)
    .execute();
  return rows.map(toEntity);
}
