import type { Transaction } from 'kysely';
import type { IntakeOf } from '../change-set/carry-out.ts';
import type { ChangeOrigin } from '../change-set/change-request.ts';
import { type PreparedChangeSet, prepare } from '../change-set/prepare.ts';
import type { Tables } from '../database/tables.ts';
import type { Draft } from './draft.ts';

/** A draft as somebody sees it who may; `prepared` is what committing it would do now, undefined if it is closed. */
export type SeenDraft = { readonly draft: Draft; readonly prepared: PreparedChangeSet | undefined };

/**
 * Who reads everything sees all drafts, and who had a part in one sees that one; an open one is also seen by whoever might
 * commit all of it himself. Others are answered as if there were none.
 */
export async function seeDraft(
  trx: Transaction<Tables>,
  draft: Draft,
  intakeOf: IntakeOf,
  origin: ChangeOrigin,
): Promise<SeenDraft | undefined> {
  const isKnown = isKnownTo(draft, origin);
  if (draft.status !== 'open') return isKnown ? { draft, prepared: undefined } : undefined;
  const { isComplete, prepared } = await look(trx, intakeOf, origin);
  return isKnown || (isComplete && !prepared.isDenied) ? { draft, prepared } : undefined;
}

/** The same without what it would do, which takes time to find out and is not always needed. */
export async function maySeeDraft(...[trx, draft, intakeOf, origin]: Parameters<typeof seeDraft>): Promise<boolean> {
  return isKnownTo(draft, origin) || (await seeDraft(trx, draft, intakeOf, origin)) !== undefined;
}

function isKnownTo(
  { proposedBy, closedBy, approvals }: Draft,
  { actor, readsEverything = false }: ChangeOrigin,
): boolean {
  return readsEverything || [proposedBy, closedBy, ...approvals.map(({ approver }) => approver)].includes(actor);
}

/** What can be decided upon is complete only if something is left of the draft and none of it is invalid by now. */
async function look(trx: Transaction<Tables>, intakeOf: IntakeOf, origin: ChangeOrigin) {
  const intake = await intakeOf(trx);
  const prepared = await prepare(trx, intake, origin);
  return { prepared, isComplete: intake.rejected.size === 0 && prepared.touches.length > 0 };
}
