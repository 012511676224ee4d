import type { EntityKind } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Entity, EntityId } from '../../aggregate/entity.ts';
import type { Tables } from '../../database/tables.ts';
import { readByIds } from '../../projection/read-entities.ts';
import { readUsingEntities } from '../../projection/read-users.ts';
import { bindingOf, effectiveRoles, type HeldRole } from '../binding-of.ts';
import { type Declared, idOf, linksOf, toDeclared } from '../declared.ts';
import type { Surroundings } from '../resource.ts';

export type Known = {
  readonly entities: ReadonlyMap<EntityId, Declared>;
  readonly held: readonly (readonly [EntityId, HeldRole])[];
};

/** From a project over the team to the organization. */
const STEPS_MAX = 4;
const GIVERS = ['member', 'role-binding'] as const;
const LIMITS: ReadonlySet<EntityKind> = new Set(['budget', 'rate-limit']);
const SUBJECTS: ReadonlySet<EntityKind> = new Set(['user', 'service-account']);

/**
 * Reads all that stands around some entities, which are given as they are known or by their ids: what budgets among them
 * limit, who holds which roles, and what all of these belong to, step by step up to the organization. A bounded number of
 * statements, however many entities there are.
 */
export async function readKnown(db: Kysely<Tables>, of: readonly Declared[], ids: readonly EntityId[]): Promise<Known> {
  const entities = new Map<EntityId, Declared>(of.map((declared) => [idOf(declared), declared]));
  await addMissing(db, entities, ids);
  const limits = [...entities.values()].filter(({ kind }) => LIMITS.has(kind));
  await addMissing(
    db,
    entities,
    limits.flatMap((limit) => linksOf(limit).refs),
  );
  const subjects = [...entities.values()].filter(({ kind }) => SUBJECTS.has(kind)).map(idOf);
  const givers = (await readGivers(db, subjects)).map(toDeclared);
  const held = givers.flatMap((giver) => {
    const role = bindingOf(giver);
    return role ? [[idOf(giver), role] as const] : [];
  });
  await addParents(db, entities, [...entities.values(), ...givers]);
  return { entities, held };
}

/** @returns those that were not known before */
async function addMissing(
  db: Kysely<Tables>,
  entities: Map<EntityId, Declared>,
  ids: readonly EntityId[],
): Promise<readonly Declared[]> {
  const missing = [...new Set(ids)].filter((id) => !entities.has(id));
  const found = (await readByIds(db, missing)).map(toDeclared);
  for (const declared of found) entities.set(idOf(declared), declared);
  return found;
}

async function addParents(
  db: Kysely<Tables>,
  entities: Map<EntityId, Declared>,
  of: readonly Declared[],
): Promise<void> {
  let from = of;
  for (let step = 0; step < STEPS_MAX && from.length > 0; step += 1) {
    from = await addMissing(
      db,
      entities,
      from.flatMap((declared) => linksOf(declared).parents),
    );
  }
}

/** The memberships and role bindings of users and service accounts. */
export const readGivers = (db: Kysely<Tables>, subjects: readonly EntityId[]): Promise<readonly Entity[]> =>
  readUsingEntities(db, subjects, GIVERS);

/** What is known, with some entities and the roles that they give put in place of those that are there. */
export function toSurroundings(
  { entities, held }: Known,
  changed: ReadonlyMap<EntityId, Declared | undefined>,
): Surroundings {
  const given = [...changed].flatMap(([, declared]) => (declared ? (bindingOf(declared) ?? []) : []));
  const kept = held.flatMap(([giver, role]) => (changed.has(giver) ? [] : [role]));
  const roles = Map.groupBy([...kept, ...given], ({ subject }) => subject);
  return {
    find: (id) => (changed.has(id) ? changed.get(id) : entities.get(id)),
    heldBy: (subject) => effectiveRoles(roles.get(subject) ?? []),
  };
}
