import { nodeQuotasOf } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';
import { toNodeCallerRouting } from '../model/node-routing.ts';
import { routingRules } from '../model/routing-rules.ts';

export const teamDefinition = defineEntity('team', {
  ...routingRules,
  toItem: (id, { spec, blocked }) => {
    const { organization, models, accessGroups, tags } = spec;
    const routing = spec.routing && toNodeCallerRouting(spec.routing);
    return {
      kind: 'team',
      id,
      value: { organization, models, accessGroups, tags, routing, blocked, quotas: nodeQuotasOf('team', id, spec) },
    };
  },
});
