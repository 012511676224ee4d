import type { Kysely } from 'kysely';
import type { EntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { readByIds } from '../projection/read-entities.ts';
import { bindingOf, effectiveRoles } from './binding-of.ts';
import { readGivers } from './change-guard/surroundings.ts';
import { toDeclared } from './declared.ts';
import type { RoleBinding } from './roles.ts';

/** Those who hold roles. */
export type Holders = {
  /** The roles that are held now; undefined if there is no such user or service account, or it is blocked. */
  bindingsOf(kind: 'user' | 'service-account', name: string): Promise<readonly RoleBinding[] | undefined>;
};

export function createHolders(db: Kysely<Tables>): Holders {
  return {
    async bindingsOf(kind, name) {
      const id: EntityId = `${kind}:${name}`;
      const [[holder], givers] = await Promise.all([readByIds(db, [id]), readGivers(db, [id])]);
      if (!holder || holder.state.blocked) return undefined;
      return effectiveRoles(givers.flatMap((giver) => bindingOf(toDeclared(giver)) ?? []));
    },
  };
}
