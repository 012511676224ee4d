import type { ChangeProblem } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import type { Carrier, IntakeOf } from '../change-set/carry-out.ts';
import type { ChangeOrigin, Problems } from '../change-set/change-request.ts';
import type { Intakes } from '../change-set/intakes.ts';
import { prepare } from '../change-set/prepare.ts';
import type { Intake } from '../change-set/take-in.ts';
import type { Tables } from '../database/tables.ts';
import type { Draft } from './draft.ts';
import { intakeOfDraft, openContent } from './draft-content.ts';
import { readDraft, readDrafts } from './draft-table.ts';
import type { Committing, Drafts, DraftsDeps, DraftViewer } from './drafts.ts';

export type DraftReader = Pick<Drafts, 'review' | 'list'> & {
  /** What a draft asks for; if it is closed or there is none, a problem alone. */
  intakeOf(id: string, options?: { readonly committing?: Committing }): IntakeOf;
  /** The same for who wants to commit it, who may find that there is none for him; nobody else changes it meanwhile. */
  intakeFor(id: string, committing: Committing, origin: ChangeOrigin): IntakeOf;
};

/** Finds drafts and what they would do, for whoever may see that. */
export function createDraftReader(
  deps: DraftsDeps & { readonly carrier: Carrier; readonly intakes: Intakes },
): DraftReader {
  const { db, secrets, carrier, intakes, now } = deps;

  function intakeOf(id: string, { committing }: Parameters<DraftReader['intakeOf']>[1] = {}): IntakeOf {
    return async (trx) => {
      const found = await readDraft(trx, id, { now: now() });
      if (!found || found.sealed === null) return toRefusedIntake(refuseClosed(id, found?.draft));
      const content = await openContent(trx, secrets, found);
      const intake = await intakeOfDraft(intakes, found.draft, content, committing)(trx);
      return { ...intake, problems: [...refuseOtherBase(found.draft, committing?.onBase), ...intake.problems] };
    };
  }

  async function maySee(trx: Transaction<Tables>, draft: Draft, { origin, seesAll }: DraftViewer): Promise<boolean> {
    if (seesAll || isSeen(draft, origin, { isDenied: true })) return true;
    if (draft.status !== 'open') return false;
    const { isDenied } = await prepare(trx, await intakeOf(draft.id)(trx), origin);
    return !isDenied;
  }

  return {
    intakeOf,
    intakeFor: (id, committing, origin) => async (trx) => {
      const draft = (await readDraft(trx, id, { now: now(), lock: true }))?.draft;
      const viewer = { origin, seesAll: origin.readsEverything ?? false };
      if (!draft || !(await maySee(trx, draft, viewer))) return toRefusedIntake(refuseClosed(id, undefined));
      return await intakeOf(id, { committing })(trx);
    },
    async review(id, viewer) {
      const draft = (await readDraft(db, id, { now: now() }))?.draft;
      const isSeen = draft && (await db.transaction().execute((trx) => maySee(trx, draft, viewer)));
      if (!isSeen) return undefined;
      const plan = draft.status === 'open' ? await carrier.plan(intakeOf(id), toReader(viewer)) : undefined;
      return { draft, plan };
    },
    async list({ first, ...filter }, viewer) {
      const rows = await readDrafts(db, { ...filter, first: first + 1 }, now());
      const page = rows.slice(0, first);
      const seen: Draft[] = [];
      await db.transaction().execute(async (trx) => {
        for (const draft of page) if (await maySee(trx, draft, viewer)) seen.push(draft);
      });
      return { drafts: seen, next: rows.length > first ? page.at(-1)?.id : undefined };
    },
  };
}

/** @param isDenied whether who asks may not commit it himself; what a closed one held is not known any more */
export const isSeen = (draft: Draft, origin: ChangeOrigin, { isDenied }: { readonly isDenied: boolean }): boolean =>
  origin.readsEverything === true || isInvolved(draft, origin) || (draft.status === 'open' && !isDenied);

const isInvolved = ({ proposedBy, closedBy, approvals }: Draft, { actor }: ChangeOrigin): boolean =>
  [proposedBy, closedBy, ...approvals.map(({ approver }) => approver)].includes(actor);

/** Who reads everything may read what a draft would do, also without being allowed to do it. */
const toReader = ({ origin, seesAll }: DraftViewer): ChangeOrigin =>
  seesAll ? { ...origin, authorize: () => [] } : origin;

const toRefusedIntake = (problem: ChangeProblem): Intake => ({
  commands: [],
  rejected: new Set(),
  problems: [problem],
  options: {},
  fingerprint: '',
});

/** What a draft does may be something else on another base; who looked at it before has not seen that. */
export function refuseOtherBase({ id, baseRevision }: Draft, onBase: number | undefined): Problems {
  if (onBase === undefined || onBase === baseRevision) return [];
  const message = `draft ${id} is based on revision ${baseRevision} now, no longer on ${onBase}; look at it again`;
  return [{ code: 'stale_revision', message }];
}

export function refuseClosed(id: string, draft: Draft | undefined): ChangeProblem {
  if (!draft) return { code: 'not_found', message: `there is no draft ${id}` };
  const revision = draft.revision === null ? '' : ` as revision ${draft.revision}`;
  const by = draft.closedBy === null ? '' : ` by ${draft.closedBy}`;
  return { code: 'draft_closed', message: `draft ${id} was ${draft.status}${revision}${by}; propose it anew` };
}
