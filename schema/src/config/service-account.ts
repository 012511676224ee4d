import { z } from 'zod';
import { atMostOne } from './exactly-one.ts';
import { notes } from './fields.ts';
import { tenant } from './tenant.ts';

export const serviceAccount = z
  .strictObject({ ...tenant, ...notes })
  .superRefine(atMostOne('organization', 'team', 'project'))
  .describe('An account of a program that works with the API of the control plane.');
