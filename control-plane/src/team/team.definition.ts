import { defineEntity } from '../aggregate/entity-definition.ts';

export const teamDefinition = defineEntity('team', {
  toItem: (id, { spec: { organization, models, accessGroups, tags }, blocked }) => ({
    kind: 'team',
    id,
    value: { organization, models, accessGroups, tags, blocked },
  }),
});
