import { effectiveDeploymentName, findProviderRow, type ModelSpec, nodeQuotasOf } from '@tollgate/schema';
import { defineEntity, type FindSpec, type RuleProblem } from '../aggregate/entity-definition.ts';
import { checkFallbacks } from './check-fallbacks.ts';
import { checkMirror } from './check-mirror.ts';
import { toMs, toNodeRouting } from './node-routing.ts';

const DEFAULT_WEIGHT = 1;

export const modelDefinition = defineEntity('model', {
  sharesNamesWith: ['alias'],
  looksAt: ['provider'],
  follows: ['model'],
  check: (name, spec, find) => [
    ...checkWildcards(name, spec),
    ...checkMocks(spec, find),
    ...checkFallbacks(name, spec, find),
    ...checkMirror(name, spec),
  ],
  toItem: (id, { spec }) => ({
    kind: 'model',
    id,
    value: {
      deployments: spec.deployments.map((deployment) => ({
        name: effectiveDeploymentName(deployment),
        provider: deployment.provider,
        model: deployment.model,
        weight: deployment.weight ?? DEFAULT_WEIGHT,
        order: deployment.order,
        tags: deployment.tags,
        rpm: deployment.rpm,
        tpm: deployment.tpm,
        contextTokens: deployment.contextTokens,
        tokenizer: deployment.tokenizer,
        mock: deployment.mock,
      })),
      timeoutMs: toMs(spec.routing?.timeout),
      routing: toNodeRouting(spec),
      fallbacks: spec.fallbacks,
      contextFallbacks: spec.contextFallbacks,
      contentPolicyFallbacks: spec.contentPolicyFallbacks,
      mirror: spec.mirror,
      budgetFallbacks: spec.budgetFallbacks,
      budgetFallbackAtPercent: spec.budgetFallbackAtPercent,
      quotas: nodeQuotasOf('model', id, spec),
    },
  }),
});

/** In a model with a fixed name there is nothing that the `*` could stand for. */
function checkWildcards(name: string, { deployments }: ModelSpec): readonly RuleProblem[] {
  if (name.endsWith('*')) return [];
  return deployments.flatMap(({ model }, index) =>
    model.includes('*')
      ? [
          {
            path: `deployments[${index}].model`,
            message: `${model} has a *, which only a model whose own name ends in * can fill in`,
          },
        ]
      : [],
  );
}

function checkMocks({ deployments }: ModelSpec, find: FindSpec): readonly RuleProblem[] {
  return deployments.flatMap(({ provider, mock }, index) => {
    const type = mock && find('provider', provider)?.type;
    if (type === undefined || findProviderRow(type)?.dialect === 'mock') return [];
    const message = `provider ${provider} is of type ${type}; only deployments of a mock provider take mock behaviour`;
    return [{ path: `deployments[${index}].mock`, message }];
  });
}
