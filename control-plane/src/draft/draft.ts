import type { ChangeSetRequest, ChangeSource } from '../change-set/change-request.ts';
import type { RollbackRequest } from '../change-set/rollback.ts';

export const draftStatuses = ['open', 'committed', 'discarded', 'expired'] as const;
export type DraftStatus = (typeof draftStatuses)[number];

/** Changes that somebody proposed, for others to review. What it holds is kept sealed, and only while it is open. */
export type Draft = {
  readonly id: string;
  readonly title: string;
  readonly proposedBy: string;
  readonly source: ChangeSource;
  readonly proposedAt: Date;
  readonly expiresAt: Date;
  /** The revision that it was proposed on, or brought to since: nothing that it touches may have changed after it. */
  readonly baseRevision: number;
  readonly status: DraftStatus;
  readonly closedBy: string | null;
  readonly closedAt: Date | null;
  /** The revision that it was committed as. */
  readonly revision: number | null;
  readonly approvals: readonly DraftApproval[];
};

export type DraftApproval = { readonly approver: string; readonly at: Date };

/** What a draft holds. */
export type DraftContent =
  | { readonly op: 'change-set'; readonly request: ChangeSetRequest }
  | { readonly op: 'rollback'; readonly request: RollbackRequest };

/** Owns the data key that a draft's content is sealed with. */
export const draftOwner = (id: string): string => `draft:${id}`;
