import { findProviderRow, type ProviderSpec } from '@tollgate/schema';
import {
  type EntityDefinition,
  type RuleProblem,
  SHOWN_CHANGED_SECRET,
  SHOWN_SECRET,
} from '../aggregate/entity-definition.ts';
import { providerDecider } from './provider.decider.ts';

export const providerDefinition: EntityDefinition<'provider'> = {
  decider: providerDecider,
  references: () => [],
  check: (_, spec) => checkAgainstCatalogue(spec),
  show(spec, previous) {
    if (!spec.apiKey) return { ...spec, apiKey: undefined };
    const { ref, fingerprint } = spec.apiKey;
    const isNew = previous?.apiKey === undefined || previous.apiKey.fingerprint === fingerprint;
    return { ...spec, apiKey: { value: isNew ? SHOWN_SECRET : SHOWN_CHANGED_SECRET, ref } };
  },
  toItem: (id, { spec: { type, baseUrl, apiKey } }) => ({
    kind: 'provider',
    id,
    value: { type, baseUrl, sealedApiKey: apiKey?.sealed },
  }),
};

/** What the catalogue's row asks of a provider of its type. */
function checkAgainstCatalogue({ type, baseUrl, apiKey }: ProviderSpec): readonly RuleProblem[] {
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
  return problems;
}
