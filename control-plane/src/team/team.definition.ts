import { nodeQuotasOf } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

export const teamDefinition = defineEntity('team', {
  toItem: (id, { spec, blocked }) => {
    const { organization, models, accessGroups, tags } = spec;
    return {
      kind: 'team',
      id,
      value: { organization, models, accessGroups, tags, blocked, quotas: nodeQuotasOf('team', id, spec) },
    };
  },
});
