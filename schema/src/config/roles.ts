import { z } from 'zod';
import { named } from './marks.ts';

/** What a role may be held on. */
export const roleLevels = ['platform', 'organization', 'team', 'project'] as const;
export type RoleLevel = (typeof roleLevels)[number];

/** Every role, with the levels on which it can be held. */
export const roles = Object.freeze({
  'platform-admin': ['platform'],
  'platform-viewer': ['platform'],
  'organization-admin': ['organization'],
  'team-admin': ['organization', 'team', 'project'],
  member: ['organization', 'team', 'project'],
  'billing-viewer': ['platform', 'organization', 'team', 'project'],
} as const satisfies Readonly<Record<string, readonly RoleLevel[]>>);

export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as [Role, ...Role[]];

export const role = named('Role', 'What somebody may do on the platform or on a tenant.', z.enum(roleNames));

/** Says why a role cannot be held on a level; undefined if it can. */
export function refuseRoleOn(held: Role, level: RoleLevel): string | undefined {
  const allowed: readonly RoleLevel[] = roles[held];
  if (allowed.includes(level)) return undefined;
  const fitting = roleNames.filter((name) => (roles[name] as readonly RoleLevel[]).includes(level));
  return `${held} is held on ${allowed.join(' or ')}, not on ${level}; roles on ${level} are ${fitting.join(', ')}`;
}
