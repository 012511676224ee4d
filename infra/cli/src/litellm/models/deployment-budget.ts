import { BUDGET_DIFFERENCE, readBudget } from '../budgets.ts';
import { stored } from '../report/stored.ts';
import { notSupported, type Verdict } from '../report/verdict.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import type { Aspect, ModelGroup } from './group.ts';

/** The budget of a deployment, which can be that of the model if it is the only one. */
export function deploymentBudgetOf({ name, entries, candidates }: ModelGroup): Aspect {
  const [first] = candidates;
  const amount = first?.params.get('max_budget');
  if (entries.length > 1 || amount === undefined)
    return {
      verdicts: candidates.map(() => both(notSupported('budgets are those of models, not of each deployment'))),
    };
  const read = readBudget(amount, first?.params.get('budget_duration'));
  if (!read.ok) return { verdicts: [both(notSupported(read.why))] };
  const verdict = stored('model', 'budgets', `models.${name}.budgets`, BUDGET_DIFFERENCE);
  return { model: { budgets: [read.budget] }, verdicts: [both(verdict)] };
}

const both = (verdict: Verdict): VerdictTable => ({ max_budget: verdict, budget_duration: verdict });
