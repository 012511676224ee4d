import type { Command } from 'commander';
import { type CommandContext, printJson } from '../command-context.ts';
import { locateProblems } from '../document/locate-problems.ts';
import { commitPlan } from '../planning/commit-plan.ts';
import { confirm } from '../planning/confirm.ts';
import { loadSavedPlan } from '../planning/load-saved-plan.ts';
import { type PlanOptions, planDocument, type ReadyPlan } from '../planning/plan-document.ts';
import { renderApplied } from '../rendering/applied.ts';
import { renderPlan } from '../rendering/plan.ts';
import { userError } from '../user-error.ts';
import { type AwaitOptions, addAwaitOptions, toAwaiting } from './await-options.ts';
import { addDocumentOptions } from './document-options.ts';
import { refuse } from './refuse.ts';
import { checkJsonNeedsYes } from './yes-option.ts';

type Options = Partial<PlanOptions> &
  AwaitOptions & { readonly yes?: true; readonly reason?: string; readonly json?: true };

export function addApplyCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('apply')
    .description('make what a document declares so: plans, shows, asks, and commits everything at once or nothing')
    .argument('[plan.json]', 'a plan that `tollgate plan --out` saved; it is applied without a question');
  addAwaitOptions(addDocumentOptions(command, { isFileNeeded: false }))
    .option('--yes', 'do not ask')
    .option('--reason <text>', 'why, for the history')
    .option('--json', 'print the outcome as JSON; needs --yes')
    .action(async (plan: string | undefined, options: Options) =>
      context.exitWith(await apply(plan, options, context)),
    );
}

function apply(plan: string | undefined, options: Options, context: CommandContext): Promise<number> {
  const { file, ...rest } = options;
  if (plan === undefined && file === undefined)
    throw userError('say what to apply: a document with -f FILE, or the plan that `tollgate plan --out` saved');
  if (plan === undefined || file !== undefined) {
    if (plan !== undefined) throw userError('give either a saved plan or a document with -f, not both');
    return applyDocument({ ...rest, file: file ?? [] }, context);
  }
  if (options.takeOver || options.prune)
    throw userError('a saved plan is applied as it is: --take-over and --prune belong to `tollgate plan`');
  return applySaved(plan, options, context);
}

/**
 * 1. reads the document and its secrets, 2. plans, 3. shows and asks, 4. commits on the condition that nothing that the plan
 * changes was changed since, 5. prints the secrets that were made. A crash before 4 leaves nothing; one between 4 and 5 leaves
 * keys whose secrets nobody knows: `tollgate keys rotate` gives them new ones.
 */
async function applyDocument(options: Options & PlanOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { yes, json } = options;
  checkJsonNeedsYes(options);
  const planned = await planDocument(options, context);
  if (planned.kind === 'refused') return refuse(planned, options, context);
  const { plan, ready } = planned;
  if (plan.problems.length > 0)
    return refuse({ problems: locateProblems(ready.locate, plan.problems), plan }, options, context);
  if (!json) terminal.print(renderPlan(plan, terminal.colours));
  if (plan.entries.length === 0) {
    if (json) printJson(terminal, { committed: false, ...plan, issuedSecrets: [] });
    return 0;
  }
  if (!yes && !(await confirm('Apply these changes?', context))) return 1;
  return await commit(ready, options, context);
}

async function applySaved(path: string, options: Options, context: CommandContext): Promise<number> {
  const loaded = await loadSavedPlan(path, context);
  return loaded.kind === 'refused' ? refuse(loaded, options, context) : await commit(loaded.ready, options, context);
}

async function commit(ready: ReadyPlan, options: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { reason, json } = options;
  const done = await commitPlan(ready, { reason, awaitPropagation: toAwaiting(options) });
  if (done.problems.length > 0)
    return refuse({ problems: locateProblems(ready.locate, done.problems) }, options, context);
  if (json) printJson(terminal, done);
  else terminal.print(renderApplied(done, terminal.colours));
  return done.propagation?.reached === false ? 1 : 0;
}
