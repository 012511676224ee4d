import { canonicalJson, type Json } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type FindSpans, windowOf } from './place-charges.ts';
import { nowOf } from './postgres-lease-store.ts';

const PAGE = 5_000;
/** A settled holder is remembered so long, so that a message of it that comes late is known to be of one that has ended. */
const REMEMBER_SETTLED = '1 day';
/** And one that holds nothing and was never said to be over. */
const REMEMBER_SILENT = '32 days';

/**
 * Removes what counts no more: 1. the leases of settled holders become part of their slots, 2. slots that have left their windows go. Only
 * holders that are settled are folded: of one that goes on, what it says again later would be counted twice, and what its records say once it
 * has ended could not be told from what was folded. Each statement is complete in itself.
 */
export async function pruneQuotas(deps: { readonly db: Kysely<Tables>; readonly spansAt: FindSpans }): Promise<void> {
  const { db } = deps;
  await foldSettled(db);
  await sql`
    delete from quota_holder
    where (settled_at < now() - ${REMEMBER_SETTLED}::interval or seen_at < now() - ${REMEMBER_SILENT}::interval)
      and not exists (select from quota_lease where quota_lease.holder = quota_holder.holder)`.execute(db);
  let after = '';
  for (;;) {
    const ids = await readIds(db, after);
    const last = ids.at(-1);
    if (last === undefined) return;
    await removeLeft(deps, ids);
    after = last;
  }
}

async function foldSettled(db: Kysely<Tables>): Promise<void> {
  await sql`
    with folded as (
      delete from quota_lease using quota_holder
      where quota_holder.holder = quota_lease.holder and settled_at is not null
      returning quota_id, slot, spent, refused
    )
    insert into quota_slot (quota_id, slot, settled, refused, adjusted)
    select quota_id, slot, sum(spent), sum(refused), 0 from folded group by quota_id, slot
    on conflict (quota_id, slot) do update set
      settled = quota_slot.settled + excluded.settled, refused = quota_slot.refused + excluded.refused`.execute(db);
}

async function readIds(db: Kysely<Tables>, after: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select quota_id as id from (
      select quota_id from quota_lease where quota_id > ${after}
      union select quota_id from quota_slot where quota_id > ${after}
      union select quota_id from quota_check where quota_id > ${after}
    ) as known order by quota_id limit ${PAGE}`.execute(db);
  return rows.map(({ id }) => id);
}

/** What nobody holds and what was compared of it goes with the last slot. */
async function removeLeft(
  { db, spansAt }: { readonly db: Kysely<Tables>; readonly spansAt: FindSpans },
  ids: readonly string[],
): Promise<void> {
  const spans = await spansAt(
    ids.flatMap((id) => windowOf(id) ?? []),
    await nowOf(db),
  );
  const rows = canonicalJson([...spans].map(([id, { fromSlot }]): Json => ({ id, fromSlot })));
  const current = sql`jsonb_to_recordset(${rows}::jsonb) as current (id text, "fromSlot" bigint)`;
  await sql`delete from quota_lease using ${current} where quota_id = id and slot < "fromSlot"`.execute(db);
  await sql`delete from quota_slot using ${current} where quota_id = id and slot < "fromSlot"`.execute(db);
  await sql`
    delete from quota_check where quota_id = any(${ids}::text[])
      and not exists (select from quota_lease where quota_lease.quota_id = quota_check.quota_id)
      and not exists (select from quota_slot where quota_slot.quota_id = quota_check.quota_id)`.execute(db);
}
