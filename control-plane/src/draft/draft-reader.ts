import type { ChangeProblem } from '@tollgate/schema';
import type { Carrier, IntakeOf } from '../change-set/carry-out.ts';
import type { ChangeOrigin, Problems } from '../change-set/change-request.ts';
import type { Intakes } from '../change-set/intakes.ts';
import type { Intake } from '../change-set/take-in.ts';
import type { Draft } from './draft.ts';
import { intakeOfDraft, openContent } from './draft-content.ts';
import { maySeeDraft } from './draft-sight.ts';
import { readDraft, readDrafts } from './draft-table.ts';
import type { Committing, Drafts, DraftsDeps } from './drafts.ts';

const BATCH_DRAFTS = 100;

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

  return {
    intakeOf,
    intakeFor: (id, committing, origin) => async (trx) => {
      const draft = (await readDraft(trx, id, { now: now(), lock: true }))?.draft;
      const isSeen = draft && (await maySeeDraft(trx, draft, intakeOf(id), origin));
      return isSeen ? await intakeOf(id, { committing })(trx) : toRefusedIntake(refuseClosed(id, undefined));
    },
    async review(id, origin) {
      const draft = (await readDraft(db, id, { now: now() }))?.draft;
      const isSeen = draft && (await db.transaction().execute((trx) => maySeeDraft(trx, draft, intakeOf(id), origin)));
      if (!isSeen) return undefined;
      const plan = draft.status === 'open' ? await carrier.plan(intakeOf(id), toReader(origin)) : undefined;
      return { draft, plan };
    },
    list: ({ first, ...filter }, origin) =>
      db.transaction().execute(async (trx) => {
        const seen: Draft[] = [];
        let before = filter.before;
        while (seen.length < first) {
          const rows = await readDrafts(
            trx,
            { ...filter, first: BATCH_DRAFTS, before, actor: actorFor(origin) },
            now(),
          );
          for (const draft of rows) {
            if (seen.length < first && (await maySeeDraft(trx, draft, intakeOf(draft.id), origin))) seen.push(draft);
          }
          before = rows.at(-1)?.id;
          if (rows.length < BATCH_DRAFTS) break;
        }
        return seen;
      }),
  };
}

/** Who reads everything is not restricted to drafts that are open or that he had a part in. */
const actorFor = ({ actor, readsEverything }: ChangeOrigin): string | undefined =>
  readsEverything ? undefined : actor;

/** Who reads everything may read what a draft would do, also without being allowed to do it. */
const toReader = (origin: ChangeOrigin): ChangeOrigin =>
  origin.readsEverything ? { ...origin, authorize: () => [] } : origin;

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
