import { nodeQuotasOf } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

export const projectDefinition = defineEntity('project', {
  toItem: (id, { spec, blocked }) => {
    const { team, models, accessGroups, tags } = spec;
    return {
      kind: 'project',
      id,
      value: { team, models, accessGroups, tags, blocked, quotas: nodeQuotasOf('project', id, spec) },
    };
  },
});
