import type { ChangeProblem } from '@tollgate/schema';
import type { Carrier, ReviewedPlan } from '../change-set/carry-out.ts';
import type { ChangeOrigin, Problems } from '../change-set/change-request.ts';
import { isStorable } from '../change-set/declaration-problems.ts';
import type { Intakes } from '../change-set/intakes.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import type { Draft } from './draft.ts';
import { intakeOfDraft, sealContent } from './draft-content.ts';
import { countOpenDrafts, insertDraft, sweepDrafts } from './draft-table.ts';
import type { DraftProposal, DraftsDeps } from './drafts.ts';

export type ProposedDraft = {
  /** Undefined if it was refused. */
  readonly draft: Draft | undefined;
  readonly plan: ReviewedPlan;
  /** Why it was refused; that approvals lack is no reason. */
  readonly problems: Problems;
};

const OPEN_MAX = 1_000;
const TITLE_CHARACTERS_MAX = 200;
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1_000;

/** Plans what is proposed, and keeps it sealed for a week if it is possible. */
export async function propose(
  deps: DraftsDeps & { readonly carrier: Carrier; readonly intakes: Intakes },
  { title, content }: DraftProposal,
  origin: ChangeOrigin,
): Promise<ProposedDraft> {
  const { db, carrier, intakes, secrets, now } = deps;
  const { unchangedSince, expectedRevision } = content.request;
  const current = (await readLatestRevision(db))?.revision ?? 0;
  const draft = toDraft(deps.newId(), title, origin, now(), unchangedSince ?? expectedRevision ?? current);
  const plan = await carrier.plan(intakeOfDraft(intakes, draft, content), origin);
  const problems = [...checkTitle(title), ...plan.problems.filter(({ code }) => code !== 'approval_required')];
  if (problems.length === 0 && plan.entries.length === 0) problems.push(NOTHING);
  if (problems.length > 0) return { draft: undefined, plan, problems };
  const refused = await db.transaction().execute(async (trx) => {
    await sweepDrafts(trx, now());
    if ((await countOpenDrafts(trx)) >= OPEN_MAX) return [TOO_MANY];
    await insertDraft(trx, draft, await sealContent(trx, secrets, draft, content));
    return [];
  });
  return { draft: refused.length === 0 ? draft : undefined, plan, problems: refused };
}

function toDraft(id: string, title: string, { actor, source }: ChangeOrigin, now: Date, baseRevision: number): Draft {
  return {
    id,
    title,
    proposedBy: actor,
    source,
    proposedAt: now,
    expiresAt: new Date(now.getTime() + LIFETIME_MS),
    baseRevision,
    status: 'open',
    closedBy: null,
    closedAt: null,
    revision: null,
    approvals: [],
  };
}

function checkTitle(title: string): Problems {
  if (title.trim() !== '' && title.length <= TITLE_CHARACTERS_MAX && isStorable(title)) return [];
  const message = `a title says what is proposed, in at most ${TITLE_CHARACTERS_MAX} characters`;
  return [{ code: 'invalid_declaration', message, path: 'title' }];
}

const NOTHING: ChangeProblem = {
  code: 'invalid_declaration',
  message: 'there is nothing to propose: all of it is so already',
};
const TOO_MANY: ChangeProblem = {
  code: 'too_many_changes',
  message: `${OPEN_MAX} drafts are open already; commit or discard some of them`,
};
