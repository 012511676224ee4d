import { defineEntity } from '../aggregate/entity-definition.ts';

/** Nodes get nothing of who it is. */
export const customerDefinition = defineEntity('customer', {
  toItem: (id, { spec: { organization, defaultModel, models, accessGroups }, blocked }) => ({
    kind: 'customer',
    id,
    value: { organization, defaultModel, models, accessGroups, blocked },
  }),
});
