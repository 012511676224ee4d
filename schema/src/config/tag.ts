import { z } from 'zod';
import { notes } from './fields.ts';
import { quotas } from './quota.ts';

export const tag = z
  .strictObject({ ...quotas, ...notes })
  .describe('A label that keys and requests carry, with the quotas of all that carry it.');
