import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { DraftTable, Tables } from '../database/tables.ts';
import { destroyDataKeys } from '../secrets/data-key-table.ts';
import { type Draft, type DraftApproval, type DraftStatus, draftOwner } from './draft.ts';

/** Closed drafts are listed for so long. */
const CLOSED_KEPT_MS = 90 * 24 * 60 * 60 * 1_000;

export type SealedDraft = { readonly draft: Draft; readonly sealed: string | null };

export async function insertDraft(trx: Transaction<Tables>, draft: Draft, sealed: string): Promise<void> {
  await trx
    .insertInto('draft')
    .values({
      id: draft.id,
      title: draft.title,
      proposed_by: draft.proposedBy,
      source: draft.source,
      proposed_at: draft.proposedAt,
      expires_at: draft.expiresAt,
      base_revision: draft.baseRevision,
      sealed,
      status: draft.status,
      closed_by: null,
      closed_at: null,
      revision: null,
    })
    .execute();
}

/** @param lock whether nobody else may change it before the transaction ends */
export async function readDraft(
  db: Kysely<Tables>,
  id: string,
  { now, lock = false }: { readonly now: Date; readonly lock?: boolean },
): Promise<SealedDraft | undefined> {
  const row = await db
    .selectFrom('draft')
    .selectAll()
    .where('id', '=', id)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
  if (!row) return undefined;
  const approvals = await readApprovals(db, [id]);
  const draft = toDraft(row, approvals.get(id) ?? [], now);
  return { draft, sealed: draft.status === 'open' ? row.sealed : null };
}

/** Which drafts are wanted; `before` is exclusive, and what is left out does not restrict. */
export type DraftFilter = {
  readonly first: number;
  readonly before?: string | undefined;
  readonly status?: DraftStatus | undefined;
};

/** @param actor only open drafts, and those that he proposed, approved or closed; left out, all */
type DraftQuery = DraftFilter & { readonly actor?: string | undefined };

/** A page of drafts, the newest first. Ids are in the order in which they were made. */
export async function readDrafts(
  db: Kysely<Tables>,
  { first, before, status, actor }: DraftQuery,
  now: Date,
): Promise<readonly Draft[]> {
  const rows = await db
    .selectFrom('draft')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .$if(status !== undefined, (query) => query.where(sql<boolean>`${statusAt(now)} = ${status}`))
    .$if(actor !== undefined, (query) => query.where(isOpenOrOf(now, actor ?? '')))
    .orderBy('id', 'desc')
    .limit(first)
    .execute();
  const approvals = await readApprovals(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toDraft(row, approvals.get(row.id) ?? [], now));
}

/** One that is too old is expired, also where nobody has closed it yet. */
const statusAt = (now: Date) => sql`case when status = 'open' and expires_at <= ${now} then 'expired' else status end`;

const isOpenOrOf = (now: Date, actor: string) => sql<boolean>`(
  ${statusAt(now)} = 'open' or proposed_by = ${actor} or closed_by = ${actor}
  or exists (select from draft_approval where draft_id = draft.id and approver = ${actor}))`;

async function readApprovals(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly DraftApproval[]>> {
  const rows = await db
    .selectFrom('draft_approval')
    .selectAll()
    .where('draft_id', '=', sql<string>`any(${ids}::text[])`)
    .orderBy('approved_at')
    .execute();
  const of = (id: string) => rows.filter((row) => row.draft_id === id);
  return new Map(ids.map((id) => [id, of(id).map((row) => ({ approver: row.approver, at: row.approved_at }))]));
}

export async function countOpenDrafts(db: Kysely<Tables>): Promise<number> {
  const { count } = await db
    .selectFrom('draft')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('status', '=', 'open')
    .executeTakeFirstOrThrow();
  return count;
}

export async function approveDraft(trx: Transaction<Tables>, id: string, { approver, at }: DraftApproval) {
  await trx
    .insertInto('draft_approval')
    .values({ draft_id: id, approver, approved_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What was approved was approved on what there was then, so the approvals go. */
export async function rebaseDraft(trx: Transaction<Tables>, id: string, baseRevision: number): Promise<void> {
  await trx.updateTable('draft').set({ base_revision: baseRevision }).where('id', '=', id).execute();
  await trx.deleteFrom('draft_approval').where('draft_id', '=', id).execute();
}

/** Closes it and makes what it held unreadable for good. */
export async function closeDraft(
  trx: Transaction<Tables>,
  id: string,
  end: { readonly status: DraftStatus; readonly by: string; readonly at: Date; readonly revision?: number },
): Promise<void> {
  const { status, by, at, revision = null } = end;
  await trx
    .updateTable('draft')
    .set({ status, sealed: null, closed_by: by, closed_at: at, revision })
    .where('id', '=', id)
    .execute();
  await destroyDataKeys(trx, [draftOwner(id)]);
}

/** Closes what is too old, with what it held, and forgets what was closed long ago. */
export async function sweepDrafts(trx: Transaction<Tables>, now: Date): Promise<void> {
  const expired = await trx
    .updateTable('draft')
    .set({ status: 'expired', sealed: null, closed_at: sql`expires_at` })
    .where('status', '=', 'open')
    .where('expires_at', '<=', now)
    .returning('id')
    .execute();
  await destroyDataKeys(
    trx,
    expired.map(({ id }) => draftOwner(id)),
  );
  const oldest = new Date(now.getTime() - CLOSED_KEPT_MS);
  await trx.deleteFrom('draft').where('closed_at', '<', oldest).execute();
}

function toDraft(row: Selectable<DraftTable>, approvals: readonly DraftApproval[], now: Date): Draft {
  const isExpired = row.status === 'open' && row.expires_at <= now;
  return {
    id: row.id,
    title: row.title,
    proposedBy: row.proposed_by,
    source: row.source,
    proposedAt: row.proposed_at,
    expiresAt: row.expires_at,
    baseRevision: row.base_revision,
    status: isExpired ? 'expired' : row.status,
    closedBy: row.closed_by,
    closedAt: isExpired ? row.expires_at : row.closed_at,
    revision: row.revision,
    approvals,
  };
}
