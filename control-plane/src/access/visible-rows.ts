import type { EntityKind } from '@tollgate/schema';
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Place } from './roles.ts';
import type { Visibility } from './visibility.ts';

/** Where somebody may read: the places that he was given, and all below them. */
export type Reach = { readonly places: readonly Place[]; readonly user: string | undefined };

/**
 * Finds all places below some, at a revision; left out, the current one. A name that is used again is another place: of a
 * revision before it was made one reads nothing, though a place of that name was there.
 */
export async function readReach(
  db: Kysely<Tables>,
  { places, user }: Extract<Visibility, { kind: 'some' }>,
  revision: number | undefined,
): Promise<Reach> {
  if (places.length === 0 && user === undefined) return { places: [], user };
  const wanted = user === undefined ? places : [...places, `user:${user}`];
  const { rows } = await sql<{ id: string }>`
    with recursive below as (
      select then_.kind || ':' || then_.name as id
      from unnest(${wanted.map(kindOf)}::text[], ${wanted.map(nameOf)}::text[]) as given (kind, name)
      join entity as now_ on now_.kind = given.kind and now_.name = given.name and now_.valid_until is null
      join entity as then_ on then_.kind = now_.kind and then_.name = now_.name
        and then_.created_at = now_.created_at and ${holdsAt('then_', revision)}
      union
      select child.kind || ':' || child.name
      from below
      join entity as child on child.parents @> array[below.id] and child.kind in ('team', 'project')
        and ${holdsAt('child', revision)}
    )
    select id from below`.execute(db);
  const ids = rows.map(({ id }) => id);
  return {
    places: ids.filter((id) => !id.startsWith('user:')) as Place[],
    user: ids.includes(`user:${user}`) ? user : undefined,
  };
}

/** The condition on a row of `entity` that it is of `kind` and may be read. */
export function isWithinReach(
  kind: EntityKind,
  { places, user }: Reach,
  revision: number | undefined,
): RawBuilder<SqlBool> {
  const own = user === undefined ? sql<SqlBool>`false` : isOf(kind, user);
  return sql<SqlBool>`(${own} or ${isIn(kind, places, revision)})`;
}

const isOf = (kind: EntityKind, user: string): RawBuilder<SqlBool> =>
  kind === 'user' ? sql`entity.name = ${user}` : sql`entity.refs @> array[${`user:${user}`}]`;

function isIn(kind: EntityKind, places: readonly Place[], revision: number | undefined): RawBuilder<SqlBool> {
  const belongs = sql<SqlBool>`entity.parents && ${places}::text[]`;
  switch (kind) {
    case 'organization':
    case 'team':
    case 'project':
      return sql`entity.name = any(${places.filter((place) => kindOf(place) === kind).map(nameOf)}::text[])`;
    case 'user':
      return holdsRoleIn(sql`array['user:' || entity.name]`, places, revision);
    case 'budget':
    case 'rate-limit':
      return sql`(${belongs} or ${limitsOneIn(places, revision)} or ${holdsRoleIn(sql`entity.refs`, places, revision)})`;
    default:
      return belongs;
  }
}

/** Whether one of some users is a member of, or has a role on, one of the places. */
const holdsRoleIn = (
  users: RawBuilder<unknown>,
  places: readonly Place[],
  revision: number | undefined,
): RawBuilder<SqlBool> => sql`
  exists (
    select from entity as giver
    where giver.kind in ('member', 'role-binding') and giver.refs && ${users}
      and giver.parents && ${places}::text[] and ${holdsAt('giver', revision)}
  )`;

/** Whether it limits a key or a member that belongs to one of the places. */
const limitsOneIn = (places: readonly Place[], revision: number | undefined): RawBuilder<SqlBool> => sql`
  exists (
    select from entity as limited
    where limited.kind in ('virtual-key', 'member') and limited.kind || ':' || limited.name = any(entity.refs)
      and limited.parents && ${places}::text[] and ${holdsAt('limited', revision)}
  )`;

function holdsAt(alias: string, revision: number | undefined): RawBuilder<SqlBool> {
  const [from, until] = [sql.ref(`${alias}.valid_from`), sql.ref(`${alias}.valid_until`)];
  if (revision === undefined) return sql`${until} is null`;
  return sql`(${from} <= ${revision} and (${until} is null or ${until} > ${revision}))`;
}

const kindOf = (id: string): string => id.slice(0, id.indexOf(':'));
const nameOf = (id: string): string => id.slice(id.indexOf(':') + 1);
