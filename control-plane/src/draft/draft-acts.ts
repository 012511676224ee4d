import type { ChangeProblem } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import type { ChangeOrigin, Problems } from '../change-set/change-request.ts';
import type { PreparedChangeSet } from '../change-set/prepare.ts';
import type { Tables } from '../database/tables.ts';
import type { Draft } from './draft.ts';
import { type DraftReader, refuseClosed, refuseOtherBase } from './draft-reader.ts';
import { seeDraft } from './draft-sight.ts';
import { approveDraft, closeDraft, readDraft, rebaseDraft } from './draft-table.ts';
import type { Drafts, DraftsDeps } from './drafts.ts';

/** What became of something that was done to a draft. */
export type DraftResult = {
  /** As it is afterwards; undefined if there is none, or none for who asks. */
  readonly draft: Draft | undefined;
  /** Why nothing was done; empty if it was. */
  readonly problems: Problems;
};

type Act = {
  /** @param prepared what committing it would do now, and what is in the way of it, for the same actor */
  refuse(draft: Draft, prepared: PreparedChangeSet): Problems;
  carryOut(trx: Transaction<Tables>, revision: number): Promise<void>;
};

/** What can be done to an open draft short of committing it. Each is one transaction that holds the draft's row. */
export function createDraftActs(
  deps: DraftsDeps & { readonly reader: DraftReader },
): Pick<Drafts, 'approve' | 'rebase' | 'discard'> {
  const { db, reader, now } = deps;

  const act = (id: string, origin: ChangeOrigin, { refuse, carryOut }: Act): Promise<DraftResult> =>
    db.transaction().execute(async (trx) => {
      const draft = (await readDraft(trx, id, { now: now(), lock: true }))?.draft;
      const seen = draft && (await seeDraft(trx, draft, reader.intakeOf(id), origin));
      if (!seen) return { draft: undefined, problems: [refuseClosed(id, undefined)] };
      const { prepared } = seen;
      if (!prepared) return { draft, problems: [refuseClosed(id, draft)] };
      const refused = refuse(draft, prepared);
      if (refused.length > 0) return { draft, problems: refused };
      await carryOut(trx, prepared.revision);
      return { draft: (await readDraft(trx, id, { now: now() }))?.draft, problems: [] };
    });

  return {
    approve: (id, origin, onBase) =>
      act(id, origin, {
        refuse: (draft, { problems }) =>
          draft.proposedBy === origin.actor
            ? [OWN]
            : [...refuseOtherBase(draft, onBase), ...problems.filter(({ code }) => code !== 'approval_required')],
        carryOut: (trx) => approveDraft(trx, id, { approver: origin.actor, at: now() }),
      }),
    rebase: (id, origin) =>
      act(id, origin, {
        refuse: (_, { isDenied, problems }) => (isDenied ? problems : []),
        carryOut: (trx, revision) => rebaseDraft(trx, id, revision),
      }),
    discard: (id, origin) =>
      act(id, origin, {
        refuse: ({ proposedBy }, { isDenied, problems }) => (isDenied && proposedBy !== origin.actor ? problems : []),
        carryOut: (trx) => closeDraft(trx, id, { status: 'discarded', by: origin.actor, at: now() }),
      }),
  };
}

const OWN: ChangeProblem = {
  code: 'forbidden',
  message: 'who proposes a draft does not approve it; somebody else who may make these changes does',
};
