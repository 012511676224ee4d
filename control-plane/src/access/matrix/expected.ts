import type { EntityKind } from '@tollgate/schema';
import type { EntityId } from '../../aggregate/entity.ts';
import { allEntities, type RoleCase, usersByRole } from '../../test-support/tenants.ts';
import { bindingOf } from '../binding-of.ts';
import { toSurroundings } from '../change-guard/surroundings.ts';
import { type Decision, decide } from '../decide.ts';
import { type Declared, idOf } from '../declared.ts';
import type { EntityAction } from '../policy.ts';
import type { Principal } from '../principal.ts';
import { toResource } from '../resource.ts';
import { tokenScopes } from '../scopes.ts';

/** All that the tests declare, in memory. Nothing here reads secrets or personal data, so a declaration does for a spec. */
const world = allEntities.map(
  ({ kind, name, declaration }) => ({ kind, name, spec: declaration }) as unknown as Declared,
);
const entities = new Map<EntityId, Declared>(world.map((declared) => [idOf(declared), declared]));
const held = world.flatMap((declared) => {
  const role = bindingOf(declared);
  return role ? [[idOf(declared), role] as const] : [];
});
const around = toSurroundings({ entities, held }, new Map());

export function principalOf(role: RoleCase): Principal {
  const name = usersByRole[role];
  return { kind: 'user', name, sessionId: '', scopes: tokenScopes, bindings: around.heldBy(`user:${name}`) };
}

/** What the policy says, worked out without any database. */
export function expected(role: RoleCase, action: EntityAction, kind: EntityKind, name: string): Decision['kind'] {
  const declared = entities.get(`${kind}:${name}`);
  if (!declared) throw new Error(`no test declares ${kind} ${name}`);
  return decide(principalOf(role), action, toResource(declared, around)).kind;
}

export const namesOfKind = (kind: EntityKind): readonly string[] =>
  world.filter((declared) => declared.kind === kind).map(({ name }) => name);
