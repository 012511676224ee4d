import { canonicalJson, type Json, type PastRun } from '@tollgate/schema';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** Quotas of requests under way, as `quotaId` writes them; nothing before the separator holds it. */
const CONCURRENT = '%#concurrent%';

/** A holder that has ended and whose records are on their way: `lastSeq` is how many there must be. */
export type EndedHolder = { readonly holder: string; readonly lastSeq: number };

/** What a slot was charged by all requests of a holder, as their records say. */
export type SlotCharge = { readonly quota: string; readonly slot: number; readonly amount: number };

/**
 * A node says which of its runs go on; all others have ended. What these had of requests under way is free at once; all else counts until their
 * records have come. A run that was given up, and goes on after all, is taken back as long as it is not settled.
 */
export function linkHolders(db: Kysely<Tables>, nodeId: string, live: readonly string[]): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await sql`
      insert into quota_holder (holder, node_id, seq, seen_at)
      select holder, ${nodeId}, 0, now() from unnest(${live}::text[]) as holder
      on conflict (holder) do nothing`.execute(trx);
    const { rows: revived } = await sql<{ holder: string }>`
      update quota_holder set ended_at = null, last_seq = null
      where node_id = ${nodeId} and holder = any(${live}::text[]) and ended_at is not null and settled_at is null
      returning holder`.execute(trx);
    // It says anew what it has.
    await sql`update quota_lease set closed = false where holder = any(${names(revived)}::text[])`.execute(trx);
    const { rows: ended } = await sql<{ holder: string }>`
      update quota_holder set ended_at = now()
      where node_id = ${nodeId} and ended_at is null and not holder = any(${live}::text[])
      returning holder`.execute(trx);
    // A second statement, so that it sees what a message had written that the first one waited for.
    await sql`
      update quota_lease set returned = granted, reserved = 0, closed = true
      where holder = any(${names(ended)}::text[]) and quota_id like ${CONCURRENT}`.execute(trx);
  });
}

/** A node has shipped all that its earlier runs left; those that are neither named nor `live` made no record. */
export async function noteShipped(
  db: Kysely<Tables>,
  nodeId: string,
  runs: readonly PastRun[],
  live: readonly string[] = [],
): Promise<void> {
  await sql`
    update quota_holder set last_seq = coalesce((
      select "lastSeq" from jsonb_to_recordset(${canonicalJson(runs.map((run): Json => ({ ...run })))}::jsonb)
        as run (holder text, "lastSeq" bigint)
      where run.holder = quota_holder.holder
    ), 0)
    where node_id = ${nodeId} and ended_at is not null and settled_at is null and last_seq is null
      and not holder = any(${live}::text[])`.execute(db);
}

/** Those whose records are all shipped, the longest ended first. */
export async function readUnsettled(db: Kysely<Tables>, limit: number): Promise<readonly EndedHolder[]> {
  const { rows } = await sql<EndedHolder>`
    select holder, last_seq as "lastSeq" from quota_holder
    where ended_at is not null and settled_at is null and last_seq is not null
    order by ended_at limit ${limit}`.execute(db);
  return rows;
}

/**
 * Closes all leases of an ended holder with what its records say it spent. What they say of a slot in which it had no lease counts as well.
 * @returns false if it is settled already, or goes on
 */
export function settleHolder(db: Kysely<Tables>, holder: string, charges: readonly SlotCharge[]): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql`
      update quota_holder set settled_at = now()
      where holder = ${holder} and ended_at is not null and settled_at is null returning 1`.execute(trx);
    if (rows.length === 0) return false;
    await sql`
      update quota_lease set spent = 0, reserved = 0, returned = granted, closed = true
      where holder = ${holder}`.execute(trx);
    await sql`
      insert into quota_lease as lease
        (quota_id, slot, holder, granted, returned, spent, reserved, refused, closed, seen_at)
      select quota, slot, ${holder}, 0, 0, amount, 0, 0, true, now()
      from jsonb_to_recordset(${canonicalJson(charges.map((charge): Json => ({ ...charge })))}::jsonb)
        as charge (quota text, slot bigint, amount bigint)
      on conflict (quota_id, slot, holder) do update set
        spent = excluded.spent, returned = greatest(0, lease.granted - excluded.spent), seen_at = now()`.execute(trx);
    return true;
  });
}

/**
 * Gives up all runs of a node that are not settled: what they were leased and had not told to be spent is free again. What was told stays, and
 * what else their records say is settled should the node come back.
 * @returns the runs that held something
 */
export async function giveUpHolders(trx: Transaction<Tables>, nodeId: string): Promise<readonly string[]> {
  const { rows: holders } = await sql<{ holder: string }>`
    update quota_holder set ended_at = coalesce(ended_at, now())
    where node_id = ${nodeId} and settled_at is null returning holder`.execute(trx);
  const { rows } = await sql<{ holder: string }>`
    update quota_lease set returned = greatest(0, granted - spent), reserved = 0, closed = true
    where holder = any(${names(holders)}::text[]) and not closed returning holder`.execute(trx);
  return [...new Set(names(rows))].sort();
}

const names = (rows: readonly { readonly holder: string }[]): string[] => rows.map(({ holder }) => holder);
