import { z } from 'zod';
import { ownRouting } from './caller-routing.ts';
import { modelAccess, notes, tagList } from './fields.ts';
import { quotas } from './quota.ts';
import { reference } from './reference.ts';

export const team = z
  .strictObject({
    organization: reference('organization', { parent: true })
      .optional()
      .describe('The organization that it is part of.'),
    ...modelAccess,
    tags: tagList.optional(),
    ...ownRouting,
    ...quotas,
    ...notes,
  })
  .describe('A team, which bounds what its keys may ask for.');
