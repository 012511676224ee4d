import type { Decider } from '../aggregate/decider.ts';
import { createDeclaredEntity } from '../aggregate/declared-entity.ts';

export const modelDecider: Decider<'model'> = createDeclaredEntity<'model'>({
  created: 'ModelCreated',
  updated: 'ModelUpdated',
  deleted: 'ModelDeleted',
  settle: (intent) => intent,
});
