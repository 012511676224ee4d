import { type EntityKind, type Role, roleNames } from '@tollgate/schema';
import { type EntityAction, type EntityPolicy, entityPolicy, type Who } from './policy.ts';
import type { Principal } from './principal.ts';
import { isBindable, levelOf, type Place, type RoleBinding, roleMeanings } from './roles.ts';
import type { TokenScope } from './scopes.ts';

/** A place with all that it belongs to, the nearest first; the platform stands in none. */
export type Chain = readonly Place[];

/** What is to be known of an entity to decide about it. */
export type Resource = {
  readonly kind: EntityKind;
  readonly name: string;
  /** One for each thing that it belongs to; none for what belongs to the platform. */
  readonly chains: readonly Chain[];
  /** The user whom it is, or is for. */
  readonly user?: string;
  /** Roles that are given by it, or by whoever can act as it, each with the chain of its place. */
  readonly roles: readonly { readonly role: Role; readonly at: Chain }[];
  /** What a budget or rate limit limits. */
  readonly limits?: Resource;
};

export type Decision =
  | { readonly kind: 'allowed' }
  /** The weakest role that would do, at the nearest place. */
  | { readonly kind: 'refused'; readonly needed: RoleBinding }
  /** The roles would do, but the token is for something else. */
  | { readonly kind: 'out of scope'; readonly needed: readonly TokenScope[] };

/** Acts of operation, which leave what is declared. */
const OPERATIONS: ReadonlySet<EntityAction> = new Set(['block', 'unblock', 'rotate']);
const ALLOWED: Decision = Object.freeze({ kind: 'allowed' });
const READ_SCOPES: readonly TokenScope[] = ['config:read'];

/** Whether somebody may do something to an entity. The only place that decides it; pure. */
export function decide(principal: Principal, action: EntityAction, resource: Resource): Decision {
  const policy = entityPolicy[resource.kind];
  const scopes = action === 'read' ? READ_SCOPES : policy.scopes;
  if (!scopes.some((scope) => principal.scopes.includes(scope))) return { kind: 'out of scope', needed: scopes };
  if (isOwn(principal, resource) && policy.self.includes(action)) return ALLOWED;
  if (action === 'read') return decideRead(principal, policy.read, resource);
  return decideWrite(principal, action, policy, resource);
}

function isOwn(principal: Principal, { user }: Resource): boolean {
  return principal.kind === 'user' && principal.name === user;
}

/** A role on any of the things that it belongs to, or on itself, is enough to read it. */
function decideRead(principal: Principal, who: Who, { kind, name, chains }: Resource): Decision {
  if (who === 'everyone') return ALLOWED;
  const own = toPlace(kind, name);
  const readable = own === undefined ? chains : [[own, ...(chains[0] ?? [])]];
  const isAllowed = [[], ...readable].some((chain) => holdsOne(principal, who, chain));
  return isAllowed ? ALLOWED : { kind: 'refused', needed: weakest(who, readable[0] ?? []) };
}

/**
 * To change it, a role is needed on each of the things that it belongs to. A role on itself does not count: who administers
 * a team does not raise the team's own budget.
 */
function decideWrite(principal: Principal, action: EntityAction, policy: EntityPolicy, resource: Resource): Decision {
  const who = OPERATIONS.has(action) ? policy.operate : policy.write;
  if (who === 'as what it limits') return decideLimits(principal, resource);
  if (who === 'everyone') return ALLOWED;
  const chains = resource.chains.length === 0 ? [[]] : resource.chains;
  const missing = chains.find((chain) => !holdsOne(principal, who, chain));
  if (missing) return { kind: 'refused', needed: weakest(who, missing) };
  const tooStrong = policy.bounded && resource.roles.find(({ role, at }) => !holdsOne(principal, giversOf(role), at));
  return tooStrong ? { kind: 'refused', needed: weakest(giversOf(tooStrong.role), tooStrong.at) } : ALLOWED;
}

/** What limits something that is not there limits nothing, so only the platform's admins may write it. */
function decideLimits(principal: Principal, { limits, chains }: Resource): Decision {
  if (!limits) return decideWriteAs(principal, ['platform-admin'], chains[0] ?? []);
  return decideWrite(principal, 'put', entityPolicy[limits.kind], limits);
}

function decideWriteAs(principal: Principal, who: readonly Role[], chain: Chain): Decision {
  return holdsOne(principal, who, chain) ? ALLOWED : { kind: 'refused', needed: weakest(who, chain) };
}

/** Whether one of the roles is held on the platform or on a place of the chain. */
export function holdsOne({ bindings }: Principal, who: readonly Role[], chain: Chain): boolean {
  return bindings.some(({ role, on }) => who.includes(role) && (on === 'platform' || chain.includes(on)));
}

const giversOf = (role: Role): readonly Role[] =>
  roleNames.filter((giver) => roleMeanings[giver].mayGive.includes(role));

/** What would do, for a refusal to name: the last of the roles that can be held at the nearest place where it can be. */
function weakest(who: readonly Role[], chain: Chain): RoleBinding {
  const places: Chain = [...chain, 'platform'];
  for (const role of who.toReversed()) {
    const on = places.find((place) => isBindable({ role, on: place }));
    if (on !== undefined) return { role, on };
  }
  return { role: 'platform-admin', on: 'platform' };
}

/** The place that an entity is itself; undefined for those that are none. */
export function toPlace(kind: EntityKind, name: string): Place | undefined {
  const place = `${kind}:${name}` as Place;
  const level: string = levelOf(place);
  return level === 'organization' || level === 'team' || level === 'project' ? place : undefined;
}
