import type { z } from 'zod';
import { reference } from './reference.ts';
import { type Role, type RoleLevel, refuseRoleOn, roleLevels } from './roles.ts';

/** The tenant that an entity belongs to; rules say how many of these may be given. */
export const tenant = {
  organization: reference('organization', { parent: true }).optional().describe('The organization that is meant.'),
  team: reference('team', { parent: true }).optional().describe('The team that is meant.'),
  project: reference('project', { parent: true }).optional().describe('The project that is meant.'),
};

/** A rule of what gives a role: it can be held on the one place that is given. */
export function checkRole(
  held: Role,
  given: Readonly<Partial<Record<RoleLevel, unknown>>>,
  context: z.core.$RefinementCtx,
): void {
  const level = roleLevels.find((known) => given[known] !== undefined);
  const message = level && refuseRoleOn(held, level);
  if (message) context.addIssue({ code: 'custom', path: ['role'], message });
}
