import { z } from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { named } from './marks.ts';
import { reference } from './reference.ts';
import { tenant } from './tenant.ts';

const scopes = {
  platform: z.literal(true).optional().describe('All that is asked of this installation.'),
  ...tenant,
  user: reference('user').optional().describe('A user, with all keys that are the user’s.'),
  member: reference('member').optional().describe('A user within one tenant.'),
  customer: reference('customer').optional().describe('A customer.'),
  tag: reference('tag').optional().describe('All that carries a tag.'),
  key: reference('virtual-key').optional().describe('A virtual key.'),
  provider: reference('provider').optional().describe('All that a provider answers.'),
  model: reference('model').optional().describe('All that asks for a model.'),
};

/** What a quota with a name of its own counts. */
export const quotaScope = named(
  'QuotaScope',
  'What a quota counts or an alert watches: exactly one field is set.',
  z.strictObject(scopes).superRefine(exactlyOne(...Object.keys(scopes))),
);
