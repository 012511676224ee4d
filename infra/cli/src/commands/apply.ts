import type { Command } from 'commander';
import { type Commit, type Plan, requestCommit, requestPlan } from '../api/change-set.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { locateProblems, type ShownProblem } from '../document/locate-problems.ts';
import { prepareChanges } from '../document/prepare-changes.ts';
import { renderApplied } from '../rendering/applied.ts';
import { renderPlan } from '../rendering/plan.ts';
import { renderProblems } from '../rendering/problems.ts';
import { isUserError, userError } from '../user-error.ts';
import { fileOption } from './file-option.ts';

type Options = {
  readonly file: readonly string[];
  readonly yes?: true;
  readonly reason?: string;
  readonly json?: true;
};

export function addApplyCommand(program: Command, context: CommandContext): void {
  program
    .command('apply')
    .description('make what a document declares so: plans, shows, asks, and commits everything at once or nothing')
    .addOption(fileOption())
    .option('--yes', 'do not ask')
    .option('--reason <text>', 'why, for the history')
    .option('--json', 'print the outcome as JSON; needs --yes')
    .action(async (options: Options) => context.exitWith(await apply(options, context)));
}

/**
 * 1. reads the document and its secrets, 2. plans, 3. shows and asks, 4. commits on the condition that the plan's revision
 * is still current, 5. prints the secrets that were made. A crash before 4 leaves nothing; one between 4 and 5 leaves keys
 * whose secrets nobody knows: they have to be deleted and declared again.
 */
async function apply({ file, yes, reason, json }: Options, context: CommandContext): Promise<number> {
  const { terminal, environment } = context;
  if (json && !yes) throw userError('--json needs --yes: there is no place for a question in the output');
  const prepared = await prepareChanges(file, environment);
  if (!prepared.ok) return refuse(prepared.problems);
  const client = connect(context);
  const plan = await requestPlan(client, prepared.changes);
  if (plan.problems.length > 0) return refuse(locateProblems(prepared.document, plan.problems));
  if (!json) terminal.print(renderPlan(plan, terminal.colours));
  if (plan.entries.length === 0) {
    if (json) printJson(terminal, { committed: false, ...plan, issuedSecrets: [] });
    return 0;
  }
  if (!yes && !(await isConfirmed(context))) return 1;
  const commit = await explainLostAnswer(
    requestCommit(client, prepared.changes, { expectedRevision: plan.revision, reason }),
  );
  if (commit.problems.length > 0) return refuse(locateProblems(prepared.document, commit.problems), commit);
  if (json) printJson(terminal, commit);
  else terminal.print(renderApplied(commit, terminal.colours));
  return 0;

  function refuse(problems: readonly ShownProblem[], answer: Partial<Plan | Commit> = {}): number {
    if (json) printJson(terminal, { committed: false, ...answer, problems });
    else terminal.complain(renderProblems(problems, terminal.colours));
    return 1;
  }
}

async function isConfirmed({ terminal }: CommandContext): Promise<boolean> {
  if (!terminal.isInteractive)
    throw userError('nobody is there to be asked: the input is no terminal. Give --yes to apply without a question');
  const answer = await terminal.ask('Apply these changes? [y/N] ');
  if (/^y(es)?$/i.test(answer.trim())) return true;
  terminal.complain('Nothing was changed');
  return false;
}

async function explainLostAnswer(commit: Promise<Commit>): Promise<Commit> {
  try {
    return await commit;
  } catch (error) {
    if (!isUserError(error) || !error.isOutcomeUnknown) throw error;
    throw userError(
      `${error.message}\nWhether the changes were made is not known: \`tollgate plan\` shows what is left to do`,
    );
  }
}
