import type { Command } from 'commander';
import { type CommandContext, printJson } from '../command-context.ts';
import { type PlanOptions, planDocument } from '../planning/plan-document.ts';
import { renderPlan } from '../rendering/plan.ts';
import { writeSavedPlan } from '../saved-plan/saved-plan-file.ts';
import { addDocumentOptions } from './document-options.ts';
import { refuse } from './refuse.ts';

/** For scripts: whether `apply` would change anything. */
const EXIT_CODES = Object.freeze({ unchanged: 0, problem: 1, changes: 2 });

type Options = PlanOptions & { readonly out?: string; readonly json?: true };

export function addPlanCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('plan')
    .description('show what applying a document would change; exits 0 for no change, 2 for changes, 1 for an error');
  addDocumentOptions(command)
    .option('--out <plan.json>', 'save the plan, for `tollgate apply` to do exactly this')
    .option('--json', 'print the plan as JSON')
    .action(async (options: Options) => context.exitWith(await plan(options, context)));
}

async function plan(options: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { out, json } = options;
  const planned = await planDocument(options, context);
  if (planned.kind === 'refused') {
    refuse(planned, options, context);
    return EXIT_CODES.problem;
  }
  const { plan: found, ready } = planned;
  if (json) printJson(terminal, found);
  else terminal.print(renderPlan(found, terminal.colours));
  if (found.approvals.count > 0) terminal.complain('`tollgate draft propose` proposes it for others to approve');
  if (out !== undefined) {
    await writeSavedPlan(out, ready.saved);
    terminal.complain(`Saved; \`tollgate apply ${out}\` does exactly this`);
  }
  return found.entries.length > 0 ? EXIT_CODES.changes : EXIT_CODES.unchanged;
}
