import { z } from 'zod';
import { notes } from './fields.ts';
import { checkRateLimit, rateLimitTerms } from './quota.ts';
import { quotaScope } from './quota-scope.ts';

export const rateLimit = z
  .strictObject({
    scope: quotaScope.describe('Whose requests count: exactly one field is set.'),
    ...rateLimitTerms,
    ...notes,
  })
  .superRefine(checkRateLimit)
  .describe('How much may be asked for by what another entity is or owns, under a name of its own.');
