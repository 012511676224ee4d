import type { EntityKind } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { EntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readKnown, toSurroundings } from './change-guard/surroundings.ts';
import { decide } from './decide.ts';
import { describeKnown } from './describe-known.ts';
import type { EntityAction } from './policy.ts';
import type { Principal } from './principal.ts';
import { explainRefusal } from './refusal.ts';
import { toResource } from './resource.ts';
import { canSee } from './visible-ids.ts';

export type SubjectDecision =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'forbidden';
      /** Says what would be needed, as who asks may read it; `what` is such as `to put team search`. */
      explain(what: string): string;
    };

/**
 * Decides about an entity that is there now, such as a user or service account.
 * @returns undefined if there is none, or if the principal may not know that there is
 */
export async function decideSubject(
  db: Kysely<Tables>,
  principal: Principal,
  { action, kind, name }: { readonly action: EntityAction; readonly kind: EntityKind; readonly name: string },
): Promise<SubjectDecision | undefined> {
  if (name.includes('\0')) return undefined;
  const id: EntityId = `${kind}:${name}`;
  const around = toSurroundings(await readKnown(db, [], [id]), new Map());
  const found = around.find(id);
  if (!found || !canSee(principal, found, around)) return undefined;
  const resource = toResource(found, around);
  const decision = decide(principal, action, resource);
  if (decision.kind === 'allowed') return decision;
  const explain = (what: string) =>
    explainRefusal(what, decision, (place) => describeKnown(principal, place, resource, around));
  return { kind: 'forbidden', explain };
}
