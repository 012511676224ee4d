import type { Command } from 'commander';
import { type RollbackTarget, requestRollback, requestRollbackPlan } from '../api/rollback.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { showProblems } from '../document/locate-problems.ts';
import { parseEntity } from '../document/parse-kind.ts';
import { confirm } from '../planning/confirm.ts';
import { renderApplied } from '../rendering/applied.ts';
import { renderPlan } from '../rendering/plan.ts';
import { type AwaitOptions, addAwaitOptions, toAwaiting } from './await-options.ts';
import { refuse } from './refuse.ts';
import { parseRevision } from './revision-argument.ts';
import { checkJsonNeedsYes } from './yes-option.ts';

type Options = AwaitOptions & {
  readonly only?: readonly string[];
  readonly yes?: true;
  readonly reason?: string;
  readonly json?: true;
};

export function addRollbackCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('rollback')
    .description('make everything, or some entities, what they were at a revision; a new revision leads there')
    .argument('<revision>', 'where to go back to; `tollgate history` lists them', parseRevision)
    .option('--only <kind/name...>', 'only these entities, such as team/search');
  addAwaitOptions(command)
    .option('--yes', 'do not ask')
    .option('--reason <text>', 'why, for the history')
    .option('--json', 'print the outcome as JSON; needs --yes')
    .action(async (revision: number, options: Options) => {
      const target = { revision, entities: options.only?.map(parseEntity) };
      context.exitWith(await rollback(target, options, context));
    });
}

/** 1. plans, 2. shows and asks, 3. commits on the condition that what was shown still holds. */
async function rollback(target: RollbackTarget, options: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { yes, json, reason } = options;
  checkJsonNeedsYes(options);
  const client = connect(context);
  const plan = await requestRollbackPlan(client, target);
  if (plan.problems.length > 0) return refuse({ problems: showProblems(plan.problems), plan }, options, context);
  if (!json) terminal.print(renderPlan(plan, terminal.colours));
  if (plan.entries.length === 0) {
    if (json) printJson(terminal, { committed: false, ...plan, issuedSecrets: [] });
    return 0;
  }
  if (!yes && !(await confirm(`Go back to revision ${target.revision}?`, context))) return 1;
  // If everything goes back, what was changed elsewhere in between would go back too without having been shown.
  const condition = target.entities ? { unchangedSince: plan.revision } : { expectedRevision: plan.revision };
  const commitOptions = { ...condition, reason, awaitPropagation: toAwaiting(options) };
  const done = await requestRollback(client, target, { ...commitOptions, idempotencyKey: context.newId() });
  if (done.problems.length > 0) return refuse({ problems: showProblems(done.problems) }, options, context);
  if (json) printJson(terminal, done);
  else terminal.print(renderApplied(done, terminal.colours));
  return done.propagation?.reached === false ? 1 : 0;
}
