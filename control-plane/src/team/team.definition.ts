import type { EntityDefinition } from '../aggregate/entity-definition.ts';
import { teamDecider } from './team.decider.ts';

export const teamDefinition: EntityDefinition<'team'> = {
  decider: teamDecider,
  references: () => [],
  check: () => [],
  show: (spec) => ({ ...spec }),
  toItem: (id, { spec: { models } }) => ({ kind: 'team', id, value: { models } }),
};
