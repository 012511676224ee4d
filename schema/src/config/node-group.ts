import { z } from 'zod';
import { notes } from './fields.ts';
import { mark } from './marks.ts';

const nodePattern = z
  .string()
  .max(128)
  .regex(/^[\x21-\x29\x2b-\x7e]*\*?$/, 'the id of a node, printable ASCII without blanks; it may end in *')
  .min(1);

export const nodeGroup = mark(
  z.strictObject({
    nodes: z.array(nodePattern).min(1, 'at least one node').max(1_000).describe('Ids of nodes; one may end in `*`.'),
    ...notes,
  }),
  { notEnforced: true },
).describe('Nodes under one name, to bring changes to some before the others.');
