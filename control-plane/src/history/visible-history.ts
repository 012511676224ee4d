import type { EntityReader } from '../access/entity-reader.ts';
import { type Entity, type EntityId, parseEntityId } from '../aggregate/entity.ts';
import { linksOf } from '../projection/entity-links.ts';
import type { EntityChange } from './entity-history.ts';

/** Whether a change of an entity may be seen. */
export type MaySee = (change: EntityChange) => boolean;

/**
 * What somebody may see of the history of an entity: all of it who may read everything; else what happened to it as it is
 * now and while it belonged to what it belongs to now, for before it may have been another's.
 * @returns undefined if the entity is not there for him
 */
export async function visibleHistory(entities: EntityReader, id: EntityId): Promise<MaySee | undefined> {
  if ((await entities.onlyVisible()) === undefined) return () => true;
  const { kind, name } = parseEntityId(id);
  const now = await entities.one(kind, name);
  if (!now) return undefined;
  const isSame = (side: Entity | undefined) =>
    side === undefined || (side.createdAt.getTime() === now.createdAt.getTime() && parentsOf(side) === parentsOf(now));
  return ({ before, after }) => after !== undefined && isSame(before) && isSame(after);
}

const parentsOf = ({ kind, state }: Entity): string => linksOf(kind, state.spec).parents.join(' ');
