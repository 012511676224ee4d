import { nodeQuotasOf } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

export const tagDefinition = defineEntity('tag', {
  toItem: (id, { spec }) => ({ kind: 'tag', id, value: { quotas: nodeQuotasOf('tag', id, spec) } }),
});
