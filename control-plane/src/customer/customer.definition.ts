import { nodeQuotasOf } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

/** Nodes get nothing of who it is. */
export const customerDefinition = defineEntity('customer', {
  toItem: (id, { spec, blocked }) => {
    const { organization, defaultModel, models, accessGroups } = spec;
    return {
      kind: 'customer',
      id,
      value: {
        organization,
        defaultModel,
        models,
        accessGroups,
        blocked,
        quotas: nodeQuotasOf('customer', id, spec),
      },
    };
  },
});
