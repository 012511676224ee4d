import { z } from 'zod';
import { modelAccess, notes } from './fields.ts';
import { personalField } from './marks.ts';
import { quotas } from './quota.ts';
import { reference } from './reference.ts';

export const customer = z
  .strictObject({
    organization: reference('organization', { parent: true })
      .optional()
      .describe('The organization whose customer it is.'),
    displayName: personalField(z.string().min(1).max(200))
      .optional()
      .describe('How it is called. Personal: it is stored sealed and can be erased.'),
    defaultModel: reference('model')
      .optional()
      .describe('The model that answers its requests if they name none that it may ask for.'),
    ...modelAccess,
    ...quotas,
    ...notes,
  })
  .describe('Somebody for whom an app asks: the end user, who has no account here.');
