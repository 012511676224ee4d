import type { Command } from 'commander';
import { type Proposal, type Proposed, requestProposal } from '../api/draft-acts.ts';
import { type CommandContext, connect, printJson } from '../command-context.ts';
import { type Locate, locateProblems } from '../document/locate-problems.ts';
import { parseEntity } from '../document/parse-kind.ts';
import { changeSetOf } from '../planning/commit-plan.ts';
import { loadSavedPlan } from '../planning/load-saved-plan.ts';
import { type Planned, type PlanOptions, planDocument, type ReadyPlan } from '../planning/plan-document.ts';
import { renderPlan } from '../rendering/plan.ts';
import { explainLostAnswer, userError } from '../user-error.ts';
import { addDocumentOptions } from './document-options.ts';
import { refuse } from './refuse.ts';
import { parseRevision } from './revision-argument.ts';

type Options = Partial<PlanOptions> & {
  readonly title: string;
  readonly rollback?: number;
  readonly only?: readonly string[];
  readonly json?: true;
};

export function addProposeCommand(drafts: Command, context: CommandContext): void {
  const command = drafts
    .command('propose')
    .description('keep what a document would change, or a rollback, for others to review; nothing changes yet')
    .argument('[plan.json]', 'a plan that `tollgate plan --out` saved, instead of a document');
  addDocumentOptions(command, { isFileNeeded: false })
    .option('--rollback <revision>', 'propose to go back to a revision, instead of a document', parseRevision)
    .option('--only <kind/name...>', 'of a rollback only these entities, such as team/search')
    .requiredOption('-t, --title <text>', 'what is proposed; the commit has it as its reason')
    .option('--json', 'print the draft and its plan as JSON')
    .action(async (plan: string | undefined, options: Options) =>
      context.exitWith(await propose(plan, options, context)),
    );
}

type Prepared =
  | Extract<Planned, { readonly kind: 'refused' }>
  | { readonly kind: 'prepared'; readonly proposal: Proposal; readonly locate: Locate };

/** 1. plans, so that only what would change is proposed, 2. proposes it on the revision of the plan. Asks nothing. */
async function propose(path: string | undefined, options: Options, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { title, json } = options;
  const prepared = await prepare(path, options, context);
  if (prepared.kind === 'refused') return refuse(prepared, options, context);
  const { proposal, locate } = prepared;
  const lost = explainLostAnswer('Whether it was proposed is not known: `tollgate draft list` shows it');
  const proposed = await requestProposal(connect(context), title, proposal).catch(lost);
  const { plan, draft, problems } = proposed;
  if (!draft) return refuse({ problems: locateProblems(locate, problems), plan }, options, context);
  if (json) printJson(terminal, proposed);
  else terminal.print(render(proposed, draft.id, context));
  return 0;
}

function render({ plan }: Proposed, id: string, { terminal: { colours } }: CommandContext): string {
  const next = `\`tollgate draft show ${id}\` shows it, \`tollgate draft commit ${id}\` commits it`;
  return [renderPlan(plan, colours), '', `${colours.green(`Proposed as draft ${id}`)}; ${next}`].join('\n');
}

async function prepare(path: string | undefined, options: Options, context: CommandContext): Promise<Prepared> {
  const { file, rollback, only, title: _, json: __, ...rest } = options;
  const given = [path, file, rollback].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw userError('say what to propose: one of a document with -f FILE, a saved plan, and --rollback REVISION');
  if (only !== undefined && rollback === undefined) throw userError('--only belongs to --rollback');
  if (file === undefined && (rest.takeOver || rest.prune)) throw userError('--take-over and --prune belong to -f FILE');
  if (rollback !== undefined) {
    const target = { revision: rollback, entities: only?.map(parseEntity) };
    return { kind: 'prepared', proposal: { op: 'rollback', target }, locate: () => undefined };
  }
  const planned =
    path === undefined
      ? await planDocument({ ...rest, file: file ?? [] }, context)
      : await loadSavedPlan(path, context);
  return planned.kind === 'refused' ? planned : toPrepared(planned.ready);
}

function toPrepared(ready: ReadyPlan): Prepared {
  const { saved, secrets, locate } = ready;
  const changeSet = changeSetOf(ready);
  const options = { unchangedSince: saved.revision };
  return {
    kind: 'prepared',
    locate,
    proposal: { op: 'change-set', changeSet, options, secrets: [...secrets.values()] },
  };
}
