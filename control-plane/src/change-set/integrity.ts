import type { ChangeProblem, EntityKind, Specs } from '@tollgate/schema';
import { toWords } from '../aggregate/decider.ts';
import { definitionOf } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { FindSpec, Reference } from '../aggregate/entity-definition.ts';
import type { Problems } from './change-request.ts';
import type { EntityEffect } from './entity-effect.ts';

type Declared = { readonly kind: EntityKind; readonly name: string; readonly spec: Specs[EntityKind] };

const REFERRERS_NAMED_MAX = 5;

/**
 * The rules that span entities, checked on the configuration as it would be: every reference has its target, each kind's
 * own rules hold, and no two keys have the same secret.
 */
export function findIntegrityProblems(
  effects: readonly EntityEffect[],
  rejected: ReadonlySet<EntityId>,
  current: ReadonlyMap<EntityId, Entity>,
): Problems {
  const result = resultOf(effects, current);
  const deleted = effects.filter(({ after }) => after === undefined).map(({ id }) => id);
  const exists = (id: EntityId) => result.has(id) || rejected.has(id);
  const touched = new Set(effects.map(({ id }) => id));
  const referrers = [...result].filter(([id]) => !touched.has(id) && !rejected.has(id));
  return [
    ...effects.flatMap((effect) => checkReferences(effect, exists)),
    ...deleted.flatMap((id) => checkReferrers(id, referrers)),
    ...[...result].filter(([id]) => !rejected.has(id)).flatMap(([, declared]) => checkRules(declared, result)),
    ...checkSecrets(effects, result),
  ];
}

function resultOf(
  effects: readonly EntityEffect[],
  current: ReadonlyMap<EntityId, Entity>,
): ReadonlyMap<EntityId, Declared> {
  const result = new Map<EntityId, Declared>(
    [...current].map(([id, { kind, name, state }]) => [id, { kind, name, spec: state.spec }]),
  );
  for (const { id, kind, name, after } of effects) {
    if (after) result.set(id, { kind, name, spec: after.spec });
    else result.delete(id);
  }
  return result;
}

const referencesOf = ({ kind, spec }: Declared): readonly Reference[] =>
  definitionOf<EntityKind>(kind).references(spec);

/** Only of what is declared: other commands leave references as they are, and their targets are not loaded. */
function checkReferences({ op, kind, name, after }: EntityEffect, exists: (id: EntityId) => boolean): Problems {
  if (op !== 'put' || !after) return [];
  return referencesOf({ kind, name, spec: after.spec })
    .filter((target) => !exists(toEntityId(target.kind, target.name)))
    .map((target) => ({
      code: 'unknown_reference',
      message: `there is no ${toWords(target.kind)} named ${target.name}`,
      kind,
      name,
      path: target.path,
    }));
}

function checkReferrers(id: EntityId, others: readonly (readonly [EntityId, Declared])[]): Problems {
  const { kind, name } = parseEntityId(id);
  const by = others
    .map(([, other]) => other)
    .filter((other) => referencesOf(other).some((target) => target.kind === kind && target.name === name))
    .map((other) => `${toWords(other.kind)} ${other.name}`);
  if (by.length === 0) return [];
  const more = by.length > REFERRERS_NAMED_MAX ? ' and more' : '';
  const message = `${toWords(kind)} ${name} is still used by ${by.slice(0, REFERRERS_NAMED_MAX).join(', ')}${more}`;
  return [{ code: 'still_referenced', message, kind, name }];
}

function checkRules({ kind, name, spec }: Declared, result: ReadonlyMap<EntityId, Declared>): Problems {
  const find: FindSpec = <Kind extends EntityKind>(wanted: Kind, id: string) =>
    result.get(toEntityId(wanted, id))?.spec as Specs[Kind] | undefined;
  return definitionOf<EntityKind>(kind)
    .check(name, spec, find)
    .map(({ path, message }) => ({ code: 'invalid_declaration', message, kind, name, path }));
}

function checkSecrets(effects: readonly EntityEffect[], result: ReadonlyMap<EntityId, Declared>): Problems {
  const owners = new Map<string, string[]>();
  for (const { name, spec } of result.values()) {
    if (!('secret' in spec)) continue;
    owners.set(spec.secret.sha256, [...(owners.get(spec.secret.sha256) ?? []), name]);
  }
  return effects.flatMap(({ kind, name, after }): readonly ChangeProblem[] => {
    if (!after || !('secret' in after.spec)) return [];
    const other = owners.get(after.spec.secret.sha256)?.find((owner) => owner !== name);
    if (other === undefined) return [];
    const message = `virtual key ${other} has the same secret; give each key its own`;
    return [{ code: 'secret_taken', message, kind, name, path: 'secret' }];
  });
}
