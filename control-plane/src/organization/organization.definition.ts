import { nodeQuotasOf } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

export const organizationDefinition = defineEntity('organization', {
  toItem: (id, { spec, blocked }) => {
    const { models, accessGroups, tags } = spec;
    return {
      kind: 'organization',
      id,
      value: { models, accessGroups, tags, blocked, quotas: nodeQuotasOf('organization', id, spec) },
    };
  },
});
