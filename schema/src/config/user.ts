import { z } from 'zod';
import { modelAccess, notes } from './fields.ts';
import { personalField } from './marks.ts';
import { quotas } from './quota.ts';

export const user = z
  .strictObject({
    email: personalField(z.email('an e-mail address such as ada@example.com').max(254))
      .optional()
      .describe(
        'The e-mail address by which the person is known, also to an identity provider; left out, or once it is erased, the person signs in by name alone. Personal: it is stored sealed and can be erased.',
      ),
    displayName: personalField(z.string().min(1).max(200))
      .optional()
      .describe('How the person is called. Personal: it is stored sealed and can be erased.'),
    ...modelAccess,
    ...quotas,
    ...notes,
  })
  .describe('A person who signs in, owns keys, or is a member of tenants.');
