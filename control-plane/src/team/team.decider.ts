import type { Decider } from '../aggregate/decider.ts';
import { createDeclaredEntity } from '../aggregate/declared-entity.ts';

export const teamDecider: Decider<'team'> = createDeclaredEntity<'team'>({
  created: 'TeamCreated',
  updated: 'TeamUpdated',
  deleted: 'TeamDeleted',
  settle: (intent) => intent,
});
