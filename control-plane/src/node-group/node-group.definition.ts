import { defineEntity } from '../aggregate/entity-definition.ts';

export const nodeGroupDefinition = defineEntity('node-group', {
  toItem: (id, { spec: { nodes } }) => ({ kind: 'node-group', id, value: { nodes } }),
});
