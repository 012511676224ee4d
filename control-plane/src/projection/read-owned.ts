import { type Kysely, sql } from 'kysely';
import { type EntityId, toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';

/** What an owner has now, by kind and name; at most `limit`. */
export async function readOwnedIds(
  db: Kysely<Tables>,
  owner: string,
  { except, limit }: { readonly except: readonly EntityId[]; readonly limit: number },
): Promise<readonly EntityId[]> {
  const rows = await db
    .selectFrom('entity')
    .select(['kind', 'name'])
    .where('owner', '=', owner)
    .where('valid_until', 'is', null)
    .where(sql<boolean>`not kind || ':' || name = any(${except}::text[])`)
    .orderBy('kind')
    .orderBy('name')
    .limit(limit)
    .execute();
  return rows.map(({ kind, name }) => toEntityId(kind, name));
}
