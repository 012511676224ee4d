import type { EntityKind } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import { type Entity, type EntityId, parseEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { toEntity } from './entity-row.ts';
import { type AtRevision, holdsAt, type Only } from './read-entities.ts';

/** Which entities are wanted; what is left out does not restrict. */
export type DeclaredFilter = AtRevision &
  Only & {
    readonly kinds?: readonly EntityKind[] | undefined;
    readonly owner?: string | undefined;
  };

/** A page of entities of several kinds, by kind and name, byte by byte; `after` is exclusive. */
export async function readDeclared(
  db: Kysely<Tables>,
  { kinds, owner, revision, only }: DeclaredFilter,
  { first, after }: { readonly first: number; readonly after?: EntityId | undefined },
): Promise<readonly Entity[]> {
  const last = after === undefined ? { kind: '', name: '' } : parseEntityId(after);
  const rows = await db
    .selectFrom('entity')
    .selectAll()
    .where(holdsAt(revision))
    .where(sql<boolean>`(kind, name) > (${last.kind}, ${last.name})`)
    .$if(kinds !== undefined, (query) => query.where(sql<boolean>`kind = any(${kinds}::text[])`))
    .$if(only !== undefined, (query) => query.where(only ?? sql<boolean>`true`))
    .$if(owner !== undefined, (query) => query.where('owner', '=', owner ?? ''))
    .orderBy('kind')
    .orderBy('name')
    .limit(first)
    .execute();
  return rows.map(toEntity);
}
