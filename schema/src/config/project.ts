import { z } from 'zod';
import { modelAccess, notes, tagList } from './fields.ts';
import { quotas } from './quota.ts';
import { reference } from './reference.ts';

export const project = z
  .strictObject({
    team: reference('team', { parent: true }).describe('The team whose project it is.'),
    ...modelAccess,
    tags: tagList.optional(),
    ...quotas,
    ...notes,
  })
  .describe('A project of a team, which bounds what its keys may ask for.');
