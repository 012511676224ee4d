import { z } from 'zod';
import { notes } from './fields.ts';
import { budgetTerms, checkBudget } from './quota.ts';
import { quotaScope } from './quota-scope.ts';

export const budget = z
  .strictObject({
    scope: quotaScope.describe('Whose spending counts: exactly one field is set.'),
    ...budgetTerms,
    ...notes,
  })
  .superRefine(checkBudget)
  .describe('How much may be spent on what another entity is or owns, under a name of its own.');
