import { defineEntity } from '../aggregate/entity-definition.ts';

export const accessGroupDefinition = defineEntity('access-group', {
  toItem: (id, { spec: { models } }) => ({ kind: 'access-group', id, value: { models } }),
});
