import { defineEntity } from '../aggregate/entity-definition.ts';

export const projectDefinition = defineEntity('project', {
  toItem: (id, { spec: { team, models, accessGroups, tags }, blocked }) => ({
    kind: 'project',
    id,
    value: { team, models, accessGroups, tags, blocked },
  }),
});
