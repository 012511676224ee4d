import { z } from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { notes } from './fields.ts';
import { named } from './marks.ts';
import { reference } from './reference.ts';
import { role } from './roles.ts';
import { checkRole, tenant } from './tenant.ts';

const subject = named(
  'RoleSubject',
  'Who has a role: exactly one field is set.',
  z
    .strictObject({
      user: reference('user').optional().describe('A user.'),
      serviceAccount: reference('service-account').optional().describe('A service account.'),
    })
    .superRefine(exactlyOne('user', 'serviceAccount')),
);

const place = named(
  'RolePlace',
  'Where a role holds: exactly one field is set.',
  z
    .strictObject({ platform: z.literal(true).optional().describe('Everything there is.'), ...tenant })
    .superRefine(exactlyOne('platform', 'organization', 'team', 'project')),
);

export const roleBinding = z
  .strictObject({
    subject: subject.describe('Who has the role: exactly one field is set.'),
    role: role.describe('The role.'),
    on: place.describe('Where it holds: exactly one field is set.'),
    ...notes,
  })
  .superRefine(({ role: held, on }, context) => checkRole(held, on, context))
  .describe('Gives a user or a service account a role on the platform or on a tenant.');
