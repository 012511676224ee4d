import { type EntityKind, entityKinds } from '@tollgate/schema';
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Entity, EntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { countEntities, readByIds, readEntities, readEntity } from '../projection/read-entities.ts';
import type { Principal } from './principal.ts';
import { visibilityOf } from './visibility.ts';
import { isWithinReach, type Reach, readReach } from './visible-rows.ts';

type PageOf = {
  readonly first: number;
  /** Exclusive. */
  readonly after?: string | undefined;
  readonly revision?: number | undefined;
};

/** Reads entities as one principal sees them: what he may not see is not there. */
export type EntityReader = {
  one<Kind extends EntityKind>(kind: Kind, name: string, revision?: number): Promise<Entity<Kind> | undefined>;
  /** Any number of them, of whatever kinds, in no order. */
  byIds(ids: readonly EntityId[], revision?: number): Promise<readonly Entity[]>;
  page<Kind extends EntityKind>(kind: Kind, page: PageOf): Promise<readonly Entity<Kind>[]>;
  count(kind: EntityKind, revision?: number): Promise<number>;
  /** The condition on a row of `entity`, of whatever kind, that it may be seen; undefined if there is none. */
  onlyVisible(revision?: number): Promise<RawBuilder<SqlBool> | undefined>;
};

/** Lives for one request: what the principal reaches is read at most once for each revision and set of places. */
export function createEntityReader(db: Kysely<Tables>, principal: Principal): EntityReader {
  const reaches = new Map<string, Promise<Reach>>();

  async function condition(kind: EntityKind, revision: number | undefined): Promise<RawBuilder<SqlBool> | undefined> {
    const visibility = visibilityOf(principal, kind);
    if (visibility.kind === 'all') return undefined;
    const key = JSON.stringify([visibility, revision]);
    const reach = reaches.get(key) ?? readReach(db, visibility, revision);
    reaches.set(key, reach);
    return isWithinReach(kind, await reach, revision);
  }

  async function onlyVisible(revision?: number): Promise<RawBuilder<SqlBool> | undefined> {
    const conditions = await Promise.all(
      entityKinds.map(async (kind) => [kind, await condition(kind, revision)] as const),
    );
    if (conditions.every(([, only]) => only === undefined)) return undefined;
    const each = conditions.map(([kind, only]) => sql<SqlBool>`(entity.kind = ${kind} and ${only ?? sql`true`})`);
    return sql<SqlBool>`(${sql.join(each, sql` or `)})`;
  }

  return {
    onlyVisible,
    one: async (kind, name, revision) =>
      readEntity(db, kind, name, { revision, only: await condition(kind, revision) }),
    byIds: async (ids, revision) => readByIds(db, ids, { revision, only: await onlyVisible(revision) }),
    page: async (kind, { revision, ...page }) =>
      readEntities(db, kind, { ...page, revision, only: await condition(kind, revision) }),
    count: async (kind, revision) => countEntities(db, kind, { revision, only: await condition(kind, revision) }),
  };
}
