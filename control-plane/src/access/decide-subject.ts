import type { EntityKind } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { EntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readKnown, toSurroundings } from './change-guard/surroundings.ts';
import { type Decision, decide } from './decide.ts';
import type { EntityAction } from './policy.ts';
import type { Principal } from './principal.ts';
import { toResource } from './resource.ts';
import { canSee } from './visible-ids.ts';

/**
 * Decides about an entity that is there now, such as a user or service account.
 * @returns undefined if there is none, or if the principal may not know that there is
 */
export async function decideSubject(
  db: Kysely<Tables>,
  principal: Principal,
  { action, kind, name }: { readonly action: EntityAction; readonly kind: EntityKind; readonly name: string },
): Promise<Decision | undefined> {
  if (name.includes('\0')) return undefined;
  const id: EntityId = `${kind}:${name}`;
  const around = toSurroundings(await readKnown(db, [], [id]), new Map());
  const found = around.find(id);
  if (!found) return undefined;
  return canSee(principal, found, around) ? decide(principal, action, toResource(found, around)) : undefined;
}
