import { effectiveHealthCheck, findProviderRow, nodeQuotasOf, type Specs } from '@tollgate/schema';
import { defineEntity, type RuleProblem } from '../aggregate/entity-definition.ts';

export const providerDefinition = defineEntity('provider', {
  check: (_, spec) => checkAgainstCatalogue(spec),
  toItem: (id, { spec }) => {
    const { type, baseUrl, apiKey, healthCheck } = spec;
    return {
      kind: 'provider',
      id,
      value: {
        type,
        baseUrl,
        sealedApiKey: apiKey?.sealed,
        healthCheck: healthCheck && effectiveHealthCheck(healthCheck),
        quotas: nodeQuotasOf('provider', id, spec),
      },
    };
  },
});

/** What the catalogue's row asks of a provider of its type. */
function checkAgainstCatalogue({ type, baseUrl, apiKey, healthCheck }: Specs['provider']): readonly RuleProblem[] {
  const row = findProviderRow(type);
  if (!row) return [];
  const problems: RuleProblem[] = [];
  if (row.apiKey === 'required' && !apiKey) {
    problems.push({ path: 'apiKey', message: `a provider of type ${type} needs an apiKey` });
  }
  if (row.apiKey === 'none' && apiKey) {
    problems.push({ path: 'apiKey', message: `a provider of type ${type} takes no apiKey; leave it out` });
  }
  if (row.dialect !== 'mock' && row.baseUrl === undefined && baseUrl === undefined) {
    problems.push({
      path: 'baseUrl',
      message: `a provider of type ${type} needs a baseUrl, such as http://127.0.0.1:8000/v1`,
    });
  }
  if (row.dialect === 'mock' && healthCheck) {
    problems.push({ path: 'healthCheck', message: 'the mock is built in, and there is nothing to call; leave it out' });
  }
  return problems;
}
