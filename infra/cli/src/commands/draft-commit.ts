import type { Command } from 'commander';
import { requestDraftCommit } from '../api/draft-acts.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { showProblems } from '../document/locate-problems.ts';
import { confirm } from '../planning/confirm.ts';
import { butForApprovals } from '../planning/plan-document.ts';
import { renderApplied } from '../rendering/applied.ts';
import { renderReview } from '../rendering/drafts.ts';
import { explainLostAnswer } from '../user-error.ts';
import { type AwaitOptions, addAwaitOptions, toAwaiting } from './await-options.ts';
import { draftArgument, loadOpenReview } from './draft-review.ts';
import { refuse } from './refuse.ts';
import { checkJsonNeedsYes } from './yes-option.ts';

type Options = AwaitOptions & {
  readonly yes?: true;
  readonly reason?: string;
  readonly overrideApproval?: true;
  readonly json?: true;
};

export function addDraftCommitCommand(drafts: Command, context: CommandContext): void {
  const command = drafts
    .command('commit')
    .description('make a draft so, as one revision: shows what it does now and asks')
    .addArgument(draftArgument());
  addAwaitOptions(command)
    .option('--yes', 'do not ask')
    .option('--reason <text>', 'why, for the history; left out, the title of the draft')
    .option(
      '--override-approval',
      'go without the approvals that rules ask for; only with the admin token and --reason',
    )
    .option('--json', 'print the outcome as JSON; needs --yes')
    .action(async (id: string, options: Options) => context.exitWith(await commitDraft(id, options, context)));
}

/**
 * 1. reads what the draft does now, 2. shows it and asks, 3. commits on the condition that the draft is based on the revision
 * that it was then; what it touches has not changed since that, or the commit is refused.
 */
async function commitDraft(id: string, options: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { reason, overrideApproval, yes, json } = options;
  checkJsonNeedsYes(options);
  const client = connect(context);
  const review = await loadOpenReview(client, id);
  const { draft, plan } = review;
  const problems = overrideApproval ? butForApprovals(plan.problems) : plan.problems;
  if (problems.length > 0) return refuse({ problems: showProblems(problems), plan }, options, context);
  if (!json) terminal.print(renderReview(review, terminal.colours));
  if (!yes && !(await confirm('Commit this draft?', context))) return 1;
  const commitOptions = { onBase: draft.baseRevision, reason, overrideApproval, awaitPropagation: toAwaiting(options) };
  const lost = explainLostAnswer(`Whether it was committed is not known: \`tollgate draft show ${id}\` says it`);
  const done = await requestDraftCommit(client, id, commitOptions).catch(lost);
  if (done.problems.length > 0) return refuse({ problems: showProblems(done.problems) }, options, context);
  if (json) printJson(terminal, done);
  else terminal.print(renderApplied(done, terminal.colours));
  return done.propagation?.reached === false ? 1 : 0;
}
