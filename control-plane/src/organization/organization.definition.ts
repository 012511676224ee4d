import { defineEntity } from '../aggregate/entity-definition.ts';

export const organizationDefinition = defineEntity('organization', {
  toItem: (id, { spec: { models, accessGroups, tags }, blocked }) => ({
    kind: 'organization',
    id,
    value: { models, accessGroups, tags, blocked },
  }),
});
