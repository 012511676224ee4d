import { type Declared, linksOf } from '../../access/declared.ts';
import { type EntityId, parseEntityId } from '../../aggregate/entity.ts';

/** Finds what an entity will be once the change set is committed. */
export type FindDeclared = (id: EntityId) => Declared | undefined;

/** The organization that something is or belongs to, over its project and team; undefined if it belongs to none. */
export function organizationOf(id: EntityId, find: FindDeclared): string | undefined {
  const { kind, name } = parseEntityId(id);
  if (kind === 'organization') return name;
  const found = find(id);
  const above = found ? linksOf(found).parents : [];
  return above.map((parent) => organizationOf(parent, find)).find((organization) => organization !== undefined);
}

/** Whether something that was there already will belong to something else. */
export function isMoved(before: Declared | undefined, after: Declared | undefined): boolean {
  if (!before || !after) return false;
  return linksOf(before).parents.join() !== linksOf(after).parents.join();
}
