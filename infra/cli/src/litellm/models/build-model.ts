import type { Declaration } from '../document/document-builder.ts';
import type { VerdictTable } from '../report/verdict-table.ts';
import { deploymentBudgetOf } from './deployment-budget.ts';
import { deploymentNamesOf } from './deployment-names.ts';
import type { ModelGroup, RoutingSettings } from './group.ts';
import { limitsOf } from './limits.ts';
import { policyOf } from './policy.ts';
import { timeoutOf } from './timeouts.ts';
import { weightsOf } from './weights.ts';

export type BuiltModel = {
  readonly declaration: Declaration;
  /** Of the parameters of each candidate. */
  readonly verdicts: readonly VerdictTable[];
};

/** Puts together what each matter says of a group. Where two speak of a parameter, the latter one counts. */
export function buildModel(group: ModelGroup, settings: RoutingSettings): BuiltModel {
  const aspects = [
    deploymentNamesOf(group),
    weightsOf(group, settings),
    timeoutOf(group, settings),
    limitsOf(group, settings),
    deploymentBudgetOf(group),
    policyOf(group, settings),
  ];
  const deployments = group.candidates.map(({ target }, index) => {
    const { name, ...added } = Object.assign({}, ...aspects.map((aspect) => aspect.deployments?.[index]));
    const { provider, model, mock } = target;
    return { ...(name !== undefined && { name }), provider, model, ...added, ...(mock && { mock }) };
  });
  const verdicts = group.candidates.map(
    ({ target }, index): VerdictTable =>
      Object.assign({}, target.verdicts, ...aspects.map((aspect) => aspect.verdicts[index])),
  );
  const routing = Object.assign({}, ...aspects.map(({ model }) => model?.routing));
  const { routing: _, ...rest } = Object.assign({}, ...aspects.map(({ model }) => model));
  const isRouted = Object.keys(routing).length > 0;
  return { declaration: { deployments, ...(isRouted && { routing }), ...rest }, verdicts };
}
