import { z } from 'zod';
import { modelAccess, notes, tagList } from './fields.ts';
import { quotas } from './quota.ts';

export const organization = z
  .strictObject({ ...modelAccess, tags: tagList.optional(), ...quotas, ...notes })
  .describe('An organization: the widest tenant, which bounds what its teams may ask for.');
