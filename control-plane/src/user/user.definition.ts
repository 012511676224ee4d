import { nodeQuotasOf } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

/** Nodes get nothing of who the person is. */
export const userDefinition = defineEntity('user', {
  toItem: (id, { spec, blocked }) => {
    const { models, accessGroups } = spec;
    return {
      kind: 'user',
      id,
      value: { models, accessGroups, blocked, quotas: nodeQuotasOf('user', id, spec) },
    };
  },
});
