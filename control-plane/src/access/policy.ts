import type { EntityKind, Role } from '@tollgate/schema';
import type { TokenScope } from './scopes.ts';

/** What can be done to an entity. A put creates or changes it; erasing makes its personal data unreadable for good. */
export const entityActions = ['read', 'put', 'delete', 'block', 'unblock', 'erase', 'rotate'] as const;
export type EntityAction = (typeof entityActions)[number];

/** Whoever holds one of these roles on the platform or on what the entity is or belongs to. `everyone`: whoever signed in. */
export type Who = readonly Role[] | 'everyone';

export type EntityPolicy = {
  readonly read: Who;
  /** Puts, deletes and erasures, on what it belonged to and on what it will belong to. `as what it limits`: as one may write that. */
  readonly write: Who | 'as what it limits';
  /** Blocks, unblocks, rotates, erases. */
  readonly operate: Who;
  /** What its own user may do besides: the user himself, or who a key or a role is for. */
  readonly self: readonly EntityAction[];
  /** Whether a writer must be allowed to give each role that is involved: none can be given, taken or taken over otherwise. */
  readonly bounded: boolean;
  /** A service token needs one of these scopes to change it. */
  readonly scopes: readonly TokenScope[];
};

const NOBODY: readonly Role[] = [];
const PLATFORM_ADMINS: readonly Role[] = ['platform-admin'];
const ORGANIZATION_ADMINS: readonly Role[] = [...PLATFORM_ADMINS, 'organization-admin'];
const TEAM_ADMINS: readonly Role[] = [...ORGANIZATION_ADMINS, 'team-admin'];
const PLATFORM: readonly Role[] = ['platform-admin', 'platform-viewer'];
const ADMINS: readonly Role[] = [...PLATFORM, 'organization-admin', 'team-admin'];
const MEMBERS: readonly Role[] = [...ADMINS, 'member'];
const ALL: readonly Role[] = [...ADMINS, 'billing-viewer', 'member'];

const CONFIG: readonly TokenScope[] = ['config:write'];
const KEYS: readonly TokenScope[] = ['config:write', 'keys:write'];
const ACCESS: readonly TokenScope[] = ['access:write'];

type Row = Pick<EntityPolicy, 'read' | 'write'> & Partial<EntityPolicy>;

const row = (given: Row): EntityPolicy =>
  Object.freeze({ operate: NOBODY, self: [], bounded: false, scopes: CONFIG, ...given });

/** Who may do what to each kind of entity. The one place where it is said; nothing is allowed that does not stand here. */
export const entityPolicy: Readonly<Record<EntityKind, EntityPolicy>> = Object.freeze({
  organization: row({ read: ALL, write: PLATFORM_ADMINS, operate: PLATFORM_ADMINS }),
  team: row({ read: ALL, write: ORGANIZATION_ADMINS, operate: ORGANIZATION_ADMINS }),
  project: row({ read: ALL, write: TEAM_ADMINS, operate: TEAM_ADMINS }),

  user: row({
    read: ADMINS,
    write: ORGANIZATION_ADMINS,
    operate: ORGANIZATION_ADMINS,
    self: ['read'],
    bounded: true,
    scopes: ACCESS,
  }),
  member: row({ read: MEMBERS, write: TEAM_ADMINS, self: ['read'], bounded: true, scopes: ACCESS }),
  'role-binding': row({ read: ADMINS, write: TEAM_ADMINS, self: ['read'], bounded: true, scopes: ACCESS }),
  'service-account': row({ read: MEMBERS, write: TEAM_ADMINS, bounded: true, scopes: ACCESS }),

  'virtual-key': row({
    read: MEMBERS,
    write: TEAM_ADMINS,
    operate: TEAM_ADMINS,
    self: ['read', 'block', 'rotate'],
    scopes: KEYS,
  }),
  customer: row({ read: PLATFORM, write: PLATFORM_ADMINS, operate: PLATFORM_ADMINS }),
  tag: row({ read: PLATFORM, write: PLATFORM_ADMINS }),
  budget: row({ read: ALL, write: 'as what it limits' }),
  'rate-limit': row({ read: ALL, write: 'as what it limits' }),

  provider: row({ read: PLATFORM, write: PLATFORM_ADMINS }),
  model: row({ read: 'everyone', write: PLATFORM_ADMINS }),
  alias: row({ read: 'everyone', write: PLATFORM_ADMINS }),
  'access-group': row({ read: 'everyone', write: PLATFORM_ADMINS }),
  'price-override': row({ read: PLATFORM, write: PLATFORM_ADMINS }),
  'pass-through-endpoint': row({ read: PLATFORM, write: PLATFORM_ADMINS }),
  'node-group': row({ read: PLATFORM, write: PLATFORM_ADMINS }),
  'approval-rule': row({ read: ADMINS, write: PLATFORM_ADMINS }),
  'alert-rule': row({ read: PLATFORM, write: PLATFORM_ADMINS }),
  webhook: row({ read: PLATFORM, write: PLATFORM_ADMINS }),
});

/** Who sees the usage and cost of all that belongs to where he holds the role. Everybody sees those of his own keys. */
export const usageReaders: readonly Role[] = [...ADMINS, 'billing-viewer'];
