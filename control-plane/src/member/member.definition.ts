import { nodeQuotasOf } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

/** Nodes know a member only by its quotas. */
export const memberDefinition = defineEntity('member', {
  toItem(id, { spec }) {
    const { user, organization, team, project } = spec;
    const quotas = nodeQuotasOf('member', id, spec);
    return quotas && { kind: 'member', id, value: { user, organization, team, project, quotas } };
  },
});
