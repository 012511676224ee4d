import type { Command } from 'commander';
import { type Acted, requestApproval, requestDiscard, requestRebase } from '../api/draft-acts.ts';
import type { Draft } from '../api/drafts.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { showProblems } from '../document/locate-problems.ts';
import { confirm } from '../planning/confirm.ts';
import { butForApprovals } from '../planning/plan-document.ts';
import { nameDraft, renderReview } from '../rendering/drafts.ts';
import { draftArgument, loadOpenReview } from './draft-review.ts';
import { refuse } from './refuse.ts';
import { checkJsonNeedsYes } from './yes-option.ts';

type Options = { readonly yes?: true; readonly json?: true };

export function addApproveCommand(drafts: Command, context: CommandContext): void {
  act(drafts, 'approve', 'agree to a draft that somebody else proposed: shows what it does now and asks')
    .option('--yes', 'do not ask')
    .action(async (id: string, options: Options) => context.exitWith(await approve(id, options, context)));
}

export function addRebaseCommand(drafts: Command, context: CommandContext): void {
  act(drafts, 'rebase', 'let a draft go over what was changed since; its approvals are gone then').action(
    async (id: string, options: Options) => {
      const acted = await requestRebase(connect(context), id);
      const say = (draft: Draft) => `${nameDraft(draft)} is based on revision ${draft.baseRevision} now`;
      context.exitWith(tell(acted, say, options, context));
    },
  );
}

export function addDiscardCommand(drafts: Command, context: CommandContext): void {
  act(drafts, 'discard', 'close a draft without effect; what it holds is lost')
    .option('--yes', 'do not ask')
    .action(async (id: string, options: Options) => context.exitWith(await discard(id, options, context)));
}

const act = (drafts: Command, name: string, text: string): Command =>
  drafts
    .command(name)
    .description(text)
    .addArgument(draftArgument())
    .option('--json', `print the outcome as JSON${name === 'rebase' ? '' : '; needs --yes'}`);

/** Approves what it has shown: refused if the draft was rebased meanwhile. */
async function approve(id: string, options: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  checkJsonNeedsYes(options);
  const client = connect(context);
  const review = await loadOpenReview(client, id);
  const problems = butForApprovals(review.plan.problems);
  if (problems.length > 0) return refuse({ problems: showProblems(problems) }, options, context);
  if (!options.json) terminal.print(renderReview(review, terminal.colours));
  if (!options.yes && !(await confirm('Approve this draft?', context))) return 1;
  const acted = await requestApproval(client, id, review.draft.baseRevision);
  const say = (draft: Draft) => `${nameDraft(draft)} is approved by ${draft.approvals.length}`;
  return tell(acted, say, options, context);
}

async function discard(id: string, options: Options, context: CommandContext): Promise<number> {
  checkJsonNeedsYes(options);
  const client = connect(context);
  const { draft } = await loadOpenReview(client, id);
  if (!options.yes && !(await confirm(`Discard ${nameDraft(draft)}?`, context))) return 1;
  return tell(await requestDiscard(client, id), (gone) => `${nameDraft(gone)} is discarded`, options, context);
}

/** @returns the exit code */
function tell(acted: Acted, say: (draft: Draft) => string, options: Options, context: CommandContext): number {
  const { draft, problems } = acted;
  if (problems.length > 0 || !draft) return refuse({ problems: showProblems(problems) }, options, context);
  if (options.json) printJson(context.terminal, acted);
  else context.terminal.print(say(draft));
  return 0;
}
