import { BUDGET_DIFFERENCE, readBudget } from '../budgets.ts';
import type { Conversion } from '../conversion.ts';
import type { ImportedDeployment } from '../models/import-models.ts';
import { stored } from '../report/stored.ts';
import { holds, notSupported, type Verdict } from '../report/verdict.ts';
import { type ConfigEntry, fieldsOf } from '../source/config-node.ts';

/** Declares the budgets of `provider_budget_config` with the providers that they are of. */
export function importProviderBudgets(
  entry: ConfigEntry,
  deployments: readonly ImportedDeployment[],
  { document, report }: Conversion,
): void {
  report.open(entry, entry.value.kind === 'map' ? holds('see its keys') : notSupported('is no map of providers'));
  for (const [service, budget] of fieldsOf(entry.value)) report.say(budget, declare(service, budget));

  function declare(service: string, budget: ConfigEntry): Verdict {
    const targets = deployments.map(({ candidate }) => candidate.target).filter((target) => target.service === service);
    const [name, ...more] = new Set(targets.map(({ provider }) => provider));
    if (name === undefined) return notSupported('is left out: no imported model is of this provider');
    if (more.length > 0)
      return notSupported(
        `is one budget of several providers: ${[name, ...more].join(', ')}; give each a budget of its own`,
      );
    const fields = fieldsOf(budget.value);
    const read = readBudget(
      fields.get('budget_limit') ?? fields.get('max_budget'),
      fields.get('time_period') ?? fields.get('budget_duration'),
    );
    if (!read.ok) return notSupported(read.why);
    const refusal = document.put('providers', name, { ...document.get('providers', name), budgets: [read.budget] });
    if (refusal !== undefined) return notSupported(refusal);
    return stored('provider', 'budgets', `providers.${name}.budgets`, BUDGET_DIFFERENCE);
  }
}
