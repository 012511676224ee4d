import type { Kysely } from 'kysely';
import type { EntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readKnown, toSurroundings } from './change-guard/surroundings.ts';
import { decide, holdsOne } from './decide.ts';
import type { Declared } from './declared.ts';
import type { Principal } from './principal.ts';
import { type Surroundings, toResource } from './resource.ts';
import { tokenScopes } from './scopes.ts';

/** Whoever holds one of these on the platform reads everything. */
const READS_EVERYTHING = ['platform-admin', 'platform-viewer'] as const;

export const seesEverything = (principal: Principal): boolean => holdsOne(principal, READS_EVERYTHING, []);

/** By roles alone: a token that may only write still names what its account sees. */
export const canSee = (principal: Principal, declared: Declared, around: Surroundings): boolean =>
  decide({ ...principal, scopes: tokenScopes }, 'read', toResource(declared, around)).kind === 'allowed';

/**
 * Which of some entities a principal may see as they are now, in a bounded number of statements. What is not there is
 * among them: there is nothing to hide of it.
 */
export async function visibleIds(
  db: Kysely<Tables>,
  principal: Principal,
  ids: readonly EntityId[],
): Promise<ReadonlySet<EntityId>> {
  if (seesEverything(principal)) return new Set(ids);
  const around = toSurroundings(await readKnown(db, [], ids), new Map());
  return new Set(
    ids.filter((id) => {
      const found = around.find(id);
      return found === undefined || canSee(principal, found, around);
    }),
  );
}
