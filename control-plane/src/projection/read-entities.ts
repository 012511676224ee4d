import type { EntityKind } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Entity } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { toEntity } from './entity-row.ts';

export async function readEntity<Kind extends EntityKind>(
  db: Kysely<Tables>,
  kind: Kind,
  name: string,
): Promise<Entity<Kind> | undefined> {
  const row = await db
    .selectFrom('entity')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && (toEntity(row) as unknown as Entity<Kind>);
}

/** A page of one kind by name, byte by byte; `after` is exclusive. */
export async function readEntities<Kind extends EntityKind>(
  db: Kysely<Tables>,
  kind: Kind,
  { first, after }: { readonly first: number; readonly after?: string },
): Promise<readonly Entity<Kind>[]> {
  const rows = await db
    .selectFrom('entity')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '>', after ?? '')
    .orderBy('name')
    .limit(first)
    .execute();
  return rows.map((row) => toEntity(row) as unknown as Entity<Kind>);
}

export async function countEntities(db: Kysely<Tables>, kind: EntityKind): Promise<number> {
  const { count } = await db
    .selectFrom('entity')
    .select(sql<number>`count(*)`.as('count'))
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return count;
}
