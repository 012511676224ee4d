import { canonicalJson, type Json } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import { type Entity, type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { type Only, readByIds } from '../projection/read-entities.ts';

/** An entity at two revisions; undefined stands for 'was none'. */
export type Difference = {
  readonly id: EntityId;
  readonly before: Entity | undefined;
  readonly after: Entity | undefined;
};

/** Two revisions, of which either may be the older. */
export type Span = { readonly from: number; readonly to: number };

const BATCH_ENTITIES = 1_000;

export type DifferenceFilter = {
  /** Skips what comes up to it. */
  readonly after?: EntityId | undefined;
  /** The conditions that an entity may be seen at either revision; where it may not, it counts as none. */
  readonly only?: { readonly from: Only['only']; readonly to: Only['only'] };
};

/**
 * The entities that differ between two revisions, by kind and name; holds at most 1,000 at a time. What changed and
 * changed back is left out.
 */
export async function* readDifferences(
  db: Kysely<Tables>,
  { from, to }: Span,
  { after, only }: DifferenceFilter = {},
): AsyncGenerator<Difference> {
  let last = after;
  while (true) {
    const ids = await readTouched(db, { from: Math.min(from, to), to: Math.max(from, to) }, last);
    const [old, next] = [await readMap(db, ids, from, only?.from), await readMap(db, ids, to, only?.to)];
    for (const id of ids) {
      const difference = { id, before: old.get(id), after: next.get(id) };
      if (isDifferent(difference)) yield difference;
    }
    last = ids.at(-1);
    if (last === undefined || ids.length < BATCH_ENTITIES) return;
  }
}

async function readTouched(
  db: Kysely<Tables>,
  { from, to }: Span,
  after: EntityId | undefined,
): Promise<readonly EntityId[]> {
  const { kind, name } = after === undefined ? { kind: '', name: '' } : parseEntityId(after);
  const { rows } = await sql<ReturnType<typeof parseEntityId>>`
    select distinct kind, name from entity
    where ((valid_from > ${from} and valid_from <= ${to}) or (valid_until > ${from} and valid_until <= ${to}))
      and (kind, name) > (${kind}, ${name})
    order by kind, name
    limit ${BATCH_ENTITIES}`.execute(db);
  return rows.map((row) => toEntityId(row.kind, row.name));
}

async function readMap(
  db: Kysely<Tables>,
  ids: readonly EntityId[],
  revision: number,
  only: Only['only'],
): Promise<ReadonlyMap<EntityId, Entity>> {
  const entities = await readByIds(db, ids, { revision, only });
  return new Map(entities.map((entity) => [toEntityId(entity.kind, entity.name), entity]));
}

function isDifferent({ before, after }: Difference): boolean {
  if (!before || !after) return before !== after;
  return before.revision !== after.revision && (before.owner !== after.owner || toText(before) !== toText(after));
}

const toText = ({ state }: Entity): string => canonicalJson(state as unknown as Json);
