import { dataKeyIdOf, type Json } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** Stands before what a destroyed data key had sealed, so that it is shown as erased and still compared. */
const ERASED_PREFIX = 'erased:';

export const isMarkedErased = (sealed: string): boolean => sealed.startsWith(ERASED_PREFIX);

/**
 * Finds out which of the sealed values in events or states can be opened by nobody any more; one query for all.
 * @returns marks them in any of the given values
 */
export async function readErasures(
  db: Kysely<Tables>,
  values: readonly (Json | undefined)[],
): Promise<<Value extends Json>(value: Value) => Value> {
  const ids = new Set(values.flatMap((value) => (value === undefined ? [] : dataKeyIdsIn(value))));
  if (ids.size === 0) return (value) => value;
  const rows = await db
    .selectFrom('data_key')
    .select('id')
    .where('id', '=', sql<string>`any(${[...ids]}::text[])`)
    .execute();
  const known = new Set(rows.map(({ id }) => id));
  const destroyed = new Set([...ids].filter((id) => !known.has(id)));
  // What is marked differs from what is given in texts alone.
  return (value) => (destroyed.size === 0 ? value : (mark(value, destroyed) as typeof value));
}

function dataKeyIdsIn(value: Json): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]: [string, Json | undefined]) => {
    const id = key === 'sealed' && typeof member === 'string' ? dataKeyIdOf(member) : undefined;
    return id !== undefined ? [id] : member === undefined ? [] : dataKeyIdsIn(member);
  });
}

function mark(value: Json, destroyed: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((item: Json) => mark(item, destroyed));
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([key, member]: [string, Json | undefined]) => {
    const id = key === 'sealed' && typeof member === 'string' ? dataKeyIdOf(member) : undefined;
    if (id !== undefined && destroyed.has(id)) return [key, `${ERASED_PREFIX}${String(member)}`];
    return [key, member === undefined ? undefined : mark(member, destroyed)];
  });
  return Object.fromEntries(members);
}
