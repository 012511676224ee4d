import { z } from 'zod';
import { notes } from './fields.ts';
import { mark } from './marks.ts';
import { budgetTerms, checkBudget } from './quota.ts';
import { quotaScope } from './quota-scope.ts';

export const budget = mark(
  z
    .strictObject({
      scope: quotaScope.describe('Whose spending counts: exactly one field is set.'),
      ...budgetTerms,
      ...notes,
    })
    .superRefine(checkBudget),
  { notEnforced: true },
).describe('How much may be spent on what another entity is or owns, under a name of its own.');
