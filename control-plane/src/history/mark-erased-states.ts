import type { Json } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Entity } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readErasures } from '../secrets/mark-erased.ts';

/** An entity at two points of its history. */
type Pair = { readonly before: Entity | undefined; readonly after: Entity | undefined };

/** Marks in the history of entities what can be opened by nobody any more; one query for all. */
export async function markErasedStates<Compared extends Pair>(
  db: Kysely<Tables>,
  pairs: readonly Compared[],
): Promise<readonly Compared[]> {
  const stateOf = (entity: Entity | undefined) => entity?.state as Json | undefined;
  const mark = await readErasures(
    db,
    pairs.flatMap(({ before, after }) => [stateOf(before), stateOf(after)]),
  );
  // What is marked is still a state of the same kind: only texts in it differ.
  const marked = (entity: Entity | undefined) =>
    entity && { ...entity, state: mark(entity.state as unknown as Json) as unknown as Entity['state'] };
  return pairs.map((pair) => ({ ...pair, before: marked(pair.before), after: marked(pair.after) }));
}
