import type { EntityKind } from '@tollgate/schema';
import { type EntityId, parseEntityId } from '../aggregate/entity.ts';
import { bindingOf } from './binding-of.ts';
import { type Chain, type Resource, toPlace } from './decide.ts';
import { type Declared, linksOf } from './declared.ts';
import type { Place, RoleBinding } from './roles.ts';

/** What stands around an entity: what it refers to, and who holds which roles. */
export type Surroundings = {
  find(id: EntityId): Declared | undefined;
  /** The roles of a user or service account. */
  heldBy(subject: EntityId): readonly RoleBinding[];
};

/** Kinds that say how much of something else may be used; they have exactly one reference, to that. */
const LIMITS: ReadonlySet<EntityKind> = new Set(['budget', 'rate-limit']);
/** Kinds in whose name others act, with all the roles that they hold. */
const SUBJECTS: ReadonlySet<EntityKind> = new Set(['user', 'service-account']);

/** What is to be known of an entity to decide who may do what to it. Pure. */
export function toResource(declared: Declared, around: Surroundings): Resource {
  const { kind, name } = declared;
  const { refs } = linksOf(declared);
  const limited = LIMITS.has(kind) ? refs.map(around.find).find((found) => found !== undefined) : undefined;
  const limits = limited && toResource(limited, around);
  const user = userOf(declared, refs);
  return {
    kind,
    name,
    chains: limits ? chainsOfLimited(limits) : chainsOf(declared, around),
    roles: rolesOf(declared, around),
    ...(user !== undefined && { user }),
    ...(limits && { limits }),
  };
}

/** Where a place stands, the nearest first. What is not there belongs to nothing. */
export function chainOf(place: Place, around: Surroundings): Chain {
  if (place === 'platform') return [];
  const found = around.find(place);
  const [parent] = found ? parentsOf(found) : [];
  return [place, ...(parent === undefined ? [] : chainOf(parent, around))];
}

export function parentsOf(declared: Declared): readonly Place[] {
  return linksOf(declared).parents.flatMap((id) => placeOf(id) ?? []);
}

export function placeOf(id: EntityId): Place | undefined {
  const { kind, name } = parseEntityId(id);
  return toPlace(kind, name);
}

/** A user belongs to all in which he holds a role; all else to what it says. */
function chainsOf(declared: Declared, around: Surroundings): readonly Chain[] {
  const { kind, name } = declared;
  const places = kind === 'user' ? around.heldBy(`user:${name}`).map(({ on }) => on) : parentsOf(declared);
  const chains = [...new Set(places)].map((place) => chainOf(place, around));
  return chains.filter((chain) => !chains.some((other) => other !== chain && isWithin(other, chain)));
}

/** A team stands in the chain of its project, so that the project says it all. */
const isWithin = (inner: Chain, [outer]: Chain): boolean => outer !== undefined && inner.indexOf(outer) > 0;

/** A limit of a team is read by whoever reads the team. */
function chainsOfLimited({ kind, name, chains }: Resource): readonly Chain[] {
  const own = toPlace(kind, name);
  return own === undefined ? chains : [[own, ...(chains[0] ?? [])]];
}

function rolesOf(declared: Declared, around: Surroundings): Resource['roles'] {
  const { kind, name } = declared;
  const own = bindingOf(declared);
  const held = SUBJECTS.has(kind) ? around.heldBy(`${kind}:${name}`) : own ? [own] : [];
  return held.map(({ role, on }) => ({ role, at: chainOf(on, around) }));
}

function userOf({ kind, name }: Declared, refs: readonly EntityId[]): string | undefined {
  if (kind === 'user') return name;
  return refs.map(parseEntityId).find((reference) => reference.kind === 'user')?.name;
}
