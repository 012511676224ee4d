import { z } from 'zod';
import { entityKinds } from './entity-kind.ts';
import { notes } from './fields.ts';
import { reference } from './reference.ts';

export const approvalRule = z
  .strictObject({
    kinds: z
      .array(z.enum(entityKinds))
      .min(1, 'at least one kind; leave it out for all')
      .max(entityKinds.length)
      .optional()
      .describe('Kinds such as `model` or `virtual-key` whose changes it is about; left out, all.'),
    organization: reference('organization', { parent: true })
      .optional()
      .describe('Only changes of what belongs to this organization, and of itself; left out, of everything.'),
    approvals: z
      .int()
      .min(1)
      .max(5)
      .optional()
      .describe('How many others than who proposes them have to approve; one if left out.'),
    ...notes,
  })
  .describe(
    'Changes that are committed only as a draft which somebody else approved. Blocking and rotating need no approval.',
  );
