import { nodeQuotasOf, type Specs } from '@tollgate/schema';
import type { PreviousSecret } from '../aggregate/entity.ts';
import { defineEntity, type FindSpec, type RuleProblem } from '../aggregate/entity-definition.ts';
import { toNodeCallerRouting } from '../model/node-routing.ts';
import { routingRules } from '../model/routing-rules.ts';
import { virtualKeyDecider } from './virtual-key.decider.ts';

export const virtualKeyDefinition = defineEntity('virtual-key', {
  ...routingRules,
  decider: virtualKeyDecider,
  looksAt: ['project'],
  check: (name, spec, find) => [...checkTenant(spec, find), ...routingRules.check(name, spec, find)],
  toItem: (id, { spec, blocked, previousSecrets }) => ({
    kind: 'virtual-key',
    id,
    value: {
      secretHash: spec.secret.sha256,
      previousSecrets: previousSecrets?.map(toPrevious),
      team: spec.team,
      project: spec.project,
      user: spec.user,
      customer: spec.customer,
      models: spec.models,
      accessGroups: spec.accessGroups,
      allowedRoutes: spec.allowedRoutes,
      allowedIps: spec.allowedIps,
      type: spec.type,
      expiresAtMs: spec.expiresAt === undefined ? undefined : Date.parse(spec.expiresAt),
      blocked,
      tags: spec.tags,
      routing: spec.routing && toNodeCallerRouting(spec.routing),
      quotas: nodeQuotasOf('virtual-key', id, spec),
    },
  }),
});

const toPrevious = ({ sha256, graceUntil }: PreviousSecret) => ({ hash: sha256, untilMs: Date.parse(graceUntil) });

/** A project belongs to one team, so a key cannot be of the project and of another team. */
function checkTenant({ team, project }: Specs['virtual-key'], find: FindSpec): readonly RuleProblem[] {
  const owner = project === undefined ? undefined : find('project', project)?.team;
  if (owner === undefined || team === undefined || owner === team) return [];
  const message = `project ${project} belongs to team ${owner}, and the key to team ${team}; leave one of them out`;
  return [{ path: 'project', message }];
}
