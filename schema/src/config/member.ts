import { z } from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { notes } from './fields.ts';
import { quotas } from './quota.ts';
import { reference } from './reference.ts';
import { role } from './roles.ts';
import { checkRole, tenant } from './tenant.ts';

export const member = z
  .strictObject({
    user: reference('user').describe('The user who is a member.'),
    ...tenant,
    role: role.describe('What the member may do there.'),
    ...quotas,
    ...notes,
  })
  .superRefine(exactlyOne('organization', 'team', 'project'))
  .superRefine((given, context) => checkRole(given.role, given, context))
  .describe('A user in an organization, a team or a project, with a role there.');
