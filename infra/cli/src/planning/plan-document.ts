import { type ResolvedSecrets, toChanges } from '@tollgate/schema';
import { requestPlan } from '../api/change-set.ts';
import type { GraphqlClient } from '../api/graphql-client.ts';
import type { Plan } from '../api/plan-answer.ts';
import { type CommandContext, connect } from '../command-context.ts';
import { loadDocument } from '../document/load-document.ts';
import { type Locate, locateProblems, type ShownProblem } from '../document/locate-problems.ts';
import { resolveSecrets } from '../document/resolve-secrets.ts';
import { type SavedPlan, toSavedPlan } from '../saved-plan/saved-plan.ts';
import { whileShowing } from '../terminal.ts';

export type PlanOptions = {
  readonly file: readonly string[];
  readonly takeOver?: true;
  readonly prune?: true;
};

/** A plan that can be committed as it is. */
export type ReadyPlan = {
  readonly saved: SavedPlan;
  readonly secrets: ResolvedSecrets;
  readonly locate: Locate;
  readonly client: GraphqlClient;
};

/**
 * `plan` is what it would be but for the problems, if the control plane got that far. That others have to approve it first
 * refuses no plan, but stands in the problems of it.
 */
export type Planned =
  | { readonly kind: 'refused'; readonly problems: readonly ShownProblem[]; readonly plan?: Plan }
  | { readonly kind: 'planned'; readonly plan: Plan; readonly ready: ReadyPlan };

/** The problems that are there for a draft too. */
export const butForApprovals = <Problem extends { readonly code?: string }>(
  problems: readonly Problem[],
): readonly Problem[] => problems.filter(({ code }) => code !== 'approval_required');

/** Reads a document and its secrets, and asks what applying it would do; gives all problems of a step at once. */
export async function planDocument(options: PlanOptions, context: CommandContext): Promise<Planned> {
  const { file, takeOver, prune } = options;
  const { terminal } = context;
  const document = await whileShowing(terminal, 'reading …', () => loadDocument(file));
  const { declarations, locate, owner } = document;
  const { secrets, problems } = await resolveSecrets(declarations, locate, context.environment);
  const found = [...document.problems, ...problems, ...checkPrune(options, owner)];
  if (found.length > 0) return { kind: 'refused', problems: found };
  const client = connect(context);
  const changes = toChanges(declarations, secrets);
  const changeSet = { changes, owner, takeOver, prune };
  const plan = await whileShowing(terminal, `planning ${changes.length} entities …`, () =>
    requestPlan(client, changeSet, {}, [...secrets.values()]),
  );
  if (butForApprovals(plan.problems).length > 0)
    return { kind: 'refused', problems: locateProblems(locate, plan.problems), plan };
  const origin = { id: context.newId(), createdAt: new Date(context.now()).toISOString(), owner, takeOver };
  return { kind: 'planned', plan, ready: { saved: toSavedPlan(declarations, plan, origin), secrets, locate, client } };
}

function checkPrune({ prune, file }: PlanOptions, owner: string | undefined): readonly ShownProblem[] {
  if (!prune || owner !== undefined) return [];
  const message = `--prune deletes what this document owns and no longer declares: give it a name with \`owner: NAME\` in ${file.join(', ')}`;
  return [{ message }];
}
