import { defineEntity } from '../aggregate/entity-definition.ts';

/** Nodes get nothing of who the person is. */
export const userDefinition = defineEntity('user', {
  toItem: (id, { spec: { models, accessGroups }, blocked }) => ({
    kind: 'user',
    id,
    value: { models, accessGroups, blocked },
  }),
});
