import type { Command } from 'commander';
import { type Plan, requestPlan } from '../api/change-set.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { locateProblems, type ShownProblem } from '../document/locate-problems.ts';
import { prepareChanges } from '../document/prepare-changes.ts';
import { renderPlan } from '../rendering/plan.ts';
import { renderProblems } from '../rendering/problems.ts';
import { fileOption } from './file-option.ts';

/** For scripts: whether `apply` would change anything. */
const EXIT_CODES = Object.freeze({ unchanged: 0, problem: 1, changes: 2 });

type Options = { readonly file: readonly string[]; readonly json?: true };

export function addPlanCommand(program: Command, context: CommandContext): void {
  program
    .command('plan')
    .description('show what applying a document would change; exits 0 for no change, 2 for changes, 1 for an error')
    .addOption(fileOption())
    .option('--json', 'print the plan as JSON')
    .action(async (options: Options) => context.exitWith(await plan(options, context)));
}

async function plan({ file, json }: Options, context: CommandContext): Promise<number> {
  const { terminal, environment } = context;
  const prepared = await prepareChanges(file, environment);
  if (!prepared.ok) return refuse(prepared.problems);
  const found = await requestPlan(connect(context), prepared.changes);
  if (found.problems.length > 0) return refuse(locateProblems(prepared.document, found.problems), found);
  if (json) printJson(terminal, found);
  else terminal.print(renderPlan(found, terminal.colours));
  return found.entries.length > 0 ? EXIT_CODES.changes : EXIT_CODES.unchanged;

  function refuse(problems: readonly ShownProblem[], planned?: Plan): number {
    if (json) printJson(terminal, { ...planned, problems });
    else terminal.complain(renderProblems(problems, terminal.colours));
    return EXIT_CODES.problem;
  }
}
