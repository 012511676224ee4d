import { type Command, Option } from 'commander';
import { type DraftStatus, draftStatuses, requestDrafts } from '../api/drafts.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { showProblems } from '../document/locate-problems.ts';
import { renderDrafts, renderReview } from '../rendering/drafts.ts';
import { renderProblems } from '../rendering/problems.ts';
import { addApproveCommand, addDiscardCommand, addRebaseCommand } from './draft-acts.ts';
import { addDraftCommitCommand } from './draft-commit.ts';
import { addProposeCommand } from './draft-propose.ts';
import { draftArgument, loadReview } from './draft-review.ts';
import { limitOption } from './limit-option.ts';

const LIMIT_DEFAULT = 50;

type Json = { readonly json?: true };
type ListOptions = Json & { readonly limit: number; readonly status: DraftStatus | 'all' };

export function addDraftCommand(program: Command, context: CommandContext): void {
  const drafts = program
    .command('draft')
    .description('propose changes for others to approve: propose, list, show, approve, rebase, commit, discard');
  addProposeCommand(drafts, context);
  drafts
    .command('list')
    .description('list the drafts that you may see, newest first')
    .addOption(new Option('--status <status>', 'which').choices([...draftStatuses, 'all']).default('open'))
    .addOption(limitOption(LIMIT_DEFAULT))
    .option('--json', 'print them as JSON')
    .action((options: ListOptions) => list(options, context));
  drafts
    .command('show')
    .description('show a draft: who proposed and approved it, what it would do now, and what is in its way')
    .addArgument(draftArgument())
    .option('--json', 'print it as JSON')
    .action((id: string, options: Json) => show(id, options, context));
  addApproveCommand(drafts, context);
  addRebaseCommand(drafts, context);
  addDraftCommitCommand(drafts, context);
  addDiscardCommand(drafts, context);
}

async function list({ limit, status, json }: ListOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const wanted = status === 'all' ? undefined : status;
  const { nodes: drafts, hasMore } = await requestDrafts(connect(context), { status: wanted, limit });
  if (json) printJson(terminal, { drafts, hasMore });
  else terminal.print(renderDrafts(drafts));
  if (hasMore) terminal.complain(`There are more than ${limit}; --limit shows more of them`);
}

async function show(id: string, { json }: Json, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const review = await loadReview(connect(context), id);
  if (json) return printJson(terminal, review);
  terminal.print(renderReview(review, terminal.colours));
  const problems = showProblems(review.plan?.problems ?? []);
  if (problems.length > 0) terminal.complain(renderProblems(problems, terminal.colours));
}
