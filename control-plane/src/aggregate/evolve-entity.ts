import { type EntityKind, eventType } from '@tollgate/schema';
import { definitionOf } from './definitions.ts';
import type { EntityState } from './entity.ts';

/** What an event makes of the state of an entity, whatever its kind. Pure; undefined stands for 'does not exist'. */
export function evolveEntity(
  kind: EntityKind,
  state: EntityState | undefined,
  { type, data }: { readonly type: string; readonly data: unknown },
): EntityState | undefined {
  // A rollback makes it what it was: the whole state, whatever it is now.
  if (type === eventType(kind, 'Restored')) return data as EntityState;
  const { evolve } = definitionOf<EntityKind>(kind).decider;
  return evolve(state, { type, data } as Parameters<typeof evolve>[1]);
}
