import type { EntityKind } from '@tollgate/schema';
import { type Entity, type EntityId, parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { EntityEffect } from '../change-set/entity-effect.ts';
import { linksOf } from '../projection/entity-links.ts';

export type Declared = Pick<Entity, 'kind' | 'name' | 'state'>;

/** What a change set does to one entity, as far as others feel it. */
export type Change = Pick<EntityEffect, 'id' | 'kind' | 'name' | 'after'> & { readonly before: Declared | undefined };

/** As much of the configuration as decides what some keys and teams may do. */
export type World = {
  readonly entities: ReadonlyMap<EntityId, Declared>;
  /** The names that may be asked for, wildcards among them: those of models and of aliases. */
  readonly publicNames: ReadonlySet<string>;
};

const kinds = (...names: readonly string[]): ReadonlySet<string> => new Set(names);

/** Models are asked for by their own names and by those of their aliases. */
export const PUBLIC_KINDS = kinds('model', 'alias');
/** To these a key belongs, directly or through each other: what they may not do, the key may not do. */
export const HOLDER_KINDS = kinds('organization', 'team', 'project', 'user', 'customer');
/** Models that can be allowed by one name. */
export const GROUP_KINDS = kinds('access-group');
/** Limits that are declared apart from what they limit. */
export const LIMIT_KINDS = kinds('budget', 'rate-limit');
export const KEY_KIND = 'virtual-key' satisfies EntityKind;

/** The kinds that effects are told of. */
export const SUBJECT_KINDS: readonly string[] = [...HOLDER_KINDS, KEY_KIND];

/** Whether effects are told of it: it is a key, or keys can belong to it. */
export const isSubject = (id: EntityId): boolean => SUBJECT_KINDS.includes(parseEntityId(id).kind);

export const isAmong = (wanted: ReadonlySet<string>, id: EntityId): boolean => wanted.has(parseEntityId(id).kind);

/** The world once the changes are made. */
export function withChanges({ entities, publicNames }: World, changes: readonly Change[]): World {
  const result = { entities: new Map(entities), publicNames: new Set(publicNames) };
  for (const { id, kind, name, after } of changes) {
    if (after) result.entities.set(id, { kind, name, state: after });
    else result.entities.delete(id);
    if (!PUBLIC_KINDS.has(kind)) continue;
    if (after) result.publicNames.add(name);
    else result.publicNames.delete(name);
  }
  return result;
}

/** The entities that one refers to, or those of some kinds. */
export function targetsOf({ kind, state }: Declared, wanted?: ReadonlySet<string>): readonly EntityId[] {
  const { refs } = linksOf(kind, state.spec);
  return wanted ? refs.filter((id) => isAmong(wanted, id)) : refs;
}

/** An entity and, nearest first, all that it belongs to; ids of those that do not exist are among them. */
export function chainOf(world: World, id: EntityId): readonly EntityId[] {
  const chain = [id];
  for (const link of chain) {
    const entity = world.entities.get(link);
    const above = entity ? targetsOf(entity, HOLDER_KINDS) : [];
    chain.push(...above.filter((other) => !chain.includes(other)));
  }
  return chain;
}

export const idOf = ({ kind, name }: Declared): EntityId => toEntityId(kind, name);
