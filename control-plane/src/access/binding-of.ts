import type { EntityId } from '../aggregate/entity.ts';
import type { Declared } from './declared.ts';
import { isBindable, type Place, type RoleBinding } from './roles.ts';

export type HeldRole = RoleBinding & { readonly subject: EntityId };

/** The role that an entity gives, and to whom; undefined if it gives none. Memberships and role bindings say the same. */
export function bindingOf(declared: Declared): HeldRole | undefined {
  if (declared.kind === 'member') {
    const { user, role } = declared.spec;
    return { subject: `user:${user}`, role, on: placeOf(declared.spec) };
  }
  if (declared.kind !== 'role-binding') return undefined;
  const { subject, role, on } = declared.spec;
  const { user, serviceAccount } = subject;
  return { subject: user === undefined ? `service-account:${serviceAccount}` : `user:${user}`, role, on: placeOf(on) };
}

/** Of the roles that are declared, those that mean something where they are. */
export const effectiveRoles = (held: readonly RoleBinding[]): readonly RoleBinding[] => held.filter(isBindable);

/** Of these one is set; none means the platform. */
type On = {
  readonly organization?: string | undefined;
  readonly team?: string | undefined;
  readonly project?: string | undefined;
};

function placeOf({ organization, team, project }: On): Place {
  if (project !== undefined) return `project:${project}`;
  if (team !== undefined) return `team:${team}`;
  return organization === undefined ? 'platform' : `organization:${organization}`;
}
