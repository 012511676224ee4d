import type { CarrierDeps, CommitResult, ReviewedPlan } from '../change-set/carry-out.ts';
import { createCarrier } from '../change-set/carry-out.ts';
import type { ChangeOrigin, ChangeSetOptions } from '../change-set/change-request.ts';
import { createIntakes } from '../change-set/intakes.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Draft, DraftContent } from './draft.ts';
import { createDraftActs, type DraftResult } from './draft-acts.ts';
import { createDraftReader } from './draft-reader.ts';
import { closeDraft, type DraftFilter } from './draft-table.ts';
import { type ProposedDraft, propose } from './propose.ts';

export type DraftProposal = { readonly title: string; readonly content: DraftContent };
export type ReviewedDraft = {
  readonly draft: Draft;
  /** What it would do now, and what is in its way; undefined if it is closed. */
  readonly plan: ReviewedPlan | undefined;
};
export type Committing = Pick<ChangeSetOptions, 'reason' | 'overrideApproval'> & {
  /** Refuses if the draft has another base, because it was rebased since somebody looked at it. */
  readonly onBase?: number;
};

/** Changes that wait for somebody else. A draft is no part of the configuration; what became of it is in the history. */
export type Drafts = {
  /** Keeps changes for others to review. They must be possible now, but for approvals. */
  propose(proposal: DraftProposal, origin: ChangeOrigin): Promise<ProposedDraft>;
  /** Undefined if there is none, or none for who asks. */
  review(id: string, origin: ChangeOrigin): Promise<ReviewedDraft | undefined>;
  /** Those that who asks may see, the newest first; `before` is exclusive. */
  list(filter: DraftFilter, origin: ChangeOrigin): Promise<readonly Draft[]>;
  /**
   * Says that somebody else than who proposed it, who might do all of it himself, agrees.
   * @param onBase refuses if the draft has another base, because it was rebased since somebody looked at it
   */
  approve(id: string, origin: ChangeOrigin, onBase?: number): Promise<DraftResult>;
  /** Makes it hold for the current revision, whatever was changed since its base; approvals go. */
  rebase(id: string, origin: ChangeOrigin): Promise<DraftResult>;
  /** Closes it without effect. */
  discard(id: string, origin: ChangeOrigin): Promise<DraftResult>;
  /** Commits it as a change set and closes it; refused if what it touches changed since its base, or approvals lack. */
  commit(id: string, committing: Committing, origin: ChangeOrigin): Promise<CommitResult>;
};

export type DraftsDeps = CarrierDeps & { readonly secrets: Pick<SecretStore, 'open' | 'settle' | 'read'> };

export function createDrafts(deps: DraftsDeps): Drafts {
  const { now } = deps;
  const carrier = createCarrier(deps);
  const intakes = createIntakes(deps);
  const reader = createDraftReader({ ...deps, carrier, intakes });
  const acts = createDraftActs({ ...deps, reader });
  return {
    propose: (proposal, origin) => propose({ ...deps, carrier, intakes }, proposal, origin),
    review: reader.review,
    list: reader.list,
    approve: acts.approve,
    rebase: acts.rebase,
    discard: acts.discard,
    commit: (id, committing, origin) =>
      carrier.commit(reader.intakeFor(id, committing, origin), origin, (trx, { revision }) =>
        closeDraft(trx, id, { status: 'committed', by: origin.actor, at: now(), revision }),
      ),
  };
}
