import { type EntityDefinition, SHOWN_CHANGED_SECRET, SHOWN_SECRET } from '../aggregate/entity-definition.ts';
import { virtualKeyDecider } from './virtual-key.decider.ts';

export const virtualKeyDefinition: EntityDefinition<'virtual-key'> = {
  decider: virtualKeyDecider,
  references: ({ team }) => (team === undefined ? [] : [{ kind: 'team', name: team, path: 'team' }]),
  check: () => [],
  show(spec, previous) {
    const isNew = previous === undefined || previous.secret.sha256 === spec.secret.sha256;
    return { ...spec, secret: { value: isNew ? SHOWN_SECRET : SHOWN_CHANGED_SECRET, ref: spec.secret.ref } };
  },
  toItem: (id, { spec, blocked }) => ({
    kind: 'virtual-key',
    id,
    value: {
      secretHash: spec.secret.sha256,
      team: spec.team,
      models: spec.models,
      expiresAtMs: spec.expiresAt === undefined ? undefined : Date.parse(spec.expiresAt),
      blocked,
      tags: spec.tags,
    },
  }),
};
