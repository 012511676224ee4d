import { type ChangeProblem, type EntityKind, type Specs, toWords } from '@tollgate/schema';
import { toDeclared } from '../access/declared.ts';
import { definitionOf } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, type EntityState, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { FindSpec } from '../aggregate/entity-definition.ts';
import { isSameJson } from '../aggregate/is-same-json.ts';
import { takenSecretsOf } from '../virtual-key/taken-secrets.ts';
import type { Problems } from './change-request.ts';
import type { Current } from './current.ts';
import type { EntityEffect } from './entity-effect.ts';
import { describeEntity, type FoundProblems, listNames, naming } from './naming.ts';
import { isDeclaring } from './planned-command.ts';
import { checkClaims } from './tenancy/check-claims.ts';
import { checkTenancy } from './tenancy/check-tenancy.ts';
import { type FindDeclared, isMoved } from './tenancy/tenants.ts';

type Declared = { readonly kind: EntityKind; readonly name: string; readonly state: EntityState };

const USERS_NAMED_MAX = 5;

/**
 * The rules that span entities, checked on the configuration as it would be: every reference has its target, each kind's
 * own rules hold, no two entities have a name that only one may have, and no two keys have the same secret.
 */
export function findIntegrityProblems(
  effects: readonly EntityEffect[],
  rejected: ReadonlySet<EntityId>,
  { entities, users }: Pick<Current, 'entities' | 'users'>,
): FoundProblems {
  const result = resultOf(effects, entities);
  const deleted = effects.filter(({ after }) => after === undefined).map(({ id }) => id);
  const declared = new Set([...rejected, ...effects.filter(({ op }) => isDeclaring(op)).map(({ id }) => id)]);
  const exists = (id: EntityId) => result.has(id) || rejected.has(id);
  return [
    ...effects.flatMap((effect) => checkReferences(effect, exists)),
    ...deleted.flatMap((id) => checkUsers(id, users.get(id) ?? [], declared)),
    ...concerned(effects, result, rejected).flatMap((declared) => checkRules(declared, result)),
    ...effects.flatMap((effect) => checkNames(effect, result)),
    ...checkSecrets(effects, result),
    ...checkTenants(effects, result),
  ];
}

/** Only of what is declared: the tenants of all else are not loaded. */
function checkTenants(effects: readonly EntityEffect[], result: ReadonlyMap<EntityId, Declared>): FoundProblems {
  const declaring = effects.filter(({ op, after }) => isDeclaring(op) && after !== undefined);
  const find: FindDeclared = (id) => {
    const found = result.get(id);
    return found && toDeclared(found);
  };
  // What is not declared comes from the database in any order, and problems are told in one.
  const entities = [...result.keys()].sort().flatMap((id) => find(id) ?? []);
  const declared = new Set(declaring.map(({ id }) => id));
  // What is declared as it is ties nothing anew, though roles may have been taken from its user since.
  const changed = new Set(declaring.filter(isChanged).map(({ id }) => id));
  const moved = declaring.filter(({ id, before }) => isMoved(before && toDeclared(before), find(id)));
  return [
    ...checkClaims(entities, declared),
    ...checkTenancy({ entities, find, declared: changed, moved: new Set(moved.map(({ id }) => id)) }),
  ];
}

const isChanged = ({ before, after }: EntityEffect): boolean =>
  before === undefined || after === undefined || !isSameJson(before.state.spec, after.spec);

function resultOf(
  effects: readonly EntityEffect[],
  current: ReadonlyMap<EntityId, Entity>,
): ReadonlyMap<EntityId, Declared> {
  const result = new Map<EntityId, Declared>(
    [...current].map(([id, { kind, name, state }]) => [id, { kind, name, state }]),
  );
  for (const { id, kind, name, after } of effects) {
    if (after) result.set(id, { kind, name, state: after });
    else result.delete(id);
  }
  return result;
}

/** Only of what is declared: other commands leave references as they are, and their targets are not loaded. */
function checkReferences({ op, kind, name, after }: EntityEffect, exists: (id: EntityId) => boolean): Problems {
  if (!isDeclaring(op) || !after) return [];
  return definitionOf<EntityKind>(kind)
    .references(after.spec)
    .filter((target) => !target.soft && !exists(toEntityId(target.kind, target.name)))
    .map((target) => ({
      code: 'unknown_reference',
      message: `there is no ${toWords(target.kind)} named ${target.name}`,
      kind,
      name,
      path: target.path,
    }));
}

/** What is declared anew or deleted is no user: its references are checked as they will be. */
function checkUsers(id: EntityId, all: readonly EntityId[], declared: ReadonlySet<EntityId>): FoundProblems {
  const users = all.filter((user) => !declared.has(user));
  if (users.length === 0) return [];
  const named = users.slice(0, USERS_NAMED_MAX);
  const more = users.length > USERS_NAMED_MAX ? ' and more' : '';
  const tell = (visible: readonly EntityId[]) =>
    `${describeEntity(id)} is still used by ${listNames(named, visible)}${more}`;
  return [naming({ code: 'still_referenced', ...parseEntityId(id) }, named, tell)];
}

/** Those whose rules may hold no longer: what is declared, and what looks at a kind that is. */
function concerned(
  effects: readonly EntityEffect[],
  result: ReadonlyMap<EntityId, Declared>,
  rejected: ReadonlySet<EntityId>,
): readonly Declared[] {
  const declaring = effects.filter(({ op }) => isDeclaring(op));
  const [ids, kinds] = [new Set(declaring.map(({ id }) => id)), new Set(declaring.map(({ kind }) => kind))];
  return [...result]
    .filter(([id, { kind }]) => {
      const looksAt = definitionOf<EntityKind>(kind).looksAt ?? [];
      return !rejected.has(id) && (ids.has(id) || looksAt.some((other) => kinds.has(other)));
    })
    .map(([, declared]) => declared);
}

function checkRules({ kind, name, state }: Declared, result: ReadonlyMap<EntityId, Declared>): Problems {
  const find: FindSpec = <Kind extends EntityKind>(wanted: Kind, id: string) =>
    result.get(toEntityId(wanted, id))?.state.spec as Specs[Kind] | undefined;
  return definitionOf<EntityKind>(kind)
    .check(name, state.spec, find)
    .map(({ path, message }) => ({ code: 'invalid_declaration', message, kind, name, path }));
}

/** Deleting what has the name first, in the same change set, makes room for it. */
function checkNames({ op, kind, name, after }: EntityEffect, result: ReadonlyMap<EntityId, Declared>): Problems {
  if (!isDeclaring(op) || !after) return [];
  const others = definitionOf<EntityKind>(kind).sharesNamesWith ?? [];
  return others
    .filter((other) => result.has(toEntityId(other, name)))
    .map((other) => {
      const message = `${toWords(other)} ${name} has this name already; names of ${toWords(kind)} and ${toWords(other)} must differ`;
      return { code: 'name_taken', message, kind, name };
    });
}

function checkSecrets(effects: readonly EntityEffect[], result: ReadonlyMap<EntityId, Declared>): Problems {
  const owners = new Map<string, string[]>();
  for (const { kind, name, state } of result.values()) {
    for (const hash of takenSecretsOf(kind, state)) owners.set(hash, [...(owners.get(hash) ?? []), name]);
  }
  return effects.flatMap(({ kind, name, after }): readonly ChangeProblem[] => {
    const hashes = after ? takenSecretsOf(kind, after) : [];
    const other = hashes.flatMap((hash) => owners.get(hash) ?? []).find((owner) => owner !== name);
    if (other === undefined) return [];
    const message = `virtual key ${other} has the same secret, or had it before its last rotation; give each key its own`;
    return [{ code: 'secret_taken', message, kind, name, path: 'secret' }];
  });
}
