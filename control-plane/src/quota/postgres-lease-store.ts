import { canonicalJson, type Json, LEASE_SILENCE_MS_MAX, type LeaseItem } from '@tollgate/schema';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Calendar } from './calendar.ts';
import type { CountedSpan, HolderTally, LeaseStore, SlotGrant } from './lease-store.ts';
import { CONCURRENT_USABLE_MS } from './slot-span.ts';

/** Replicas learn here which quotas somebody needs; the payload is a list of their ids as JSON. */
export const RECALL_CHANNEL = 'tollgate_quota_recall';

/** Postgres takes no payload of 8,000 bytes or more. */
const RECALL_BYTES_MAX = 7_900;

/** Advisory locks of the authority share the space of numbers with others; the first of the two numbers keeps them apart. */
const LOCK_SPACE = 0x71_75_6f;
/** A holder that may not start more requests is given this much longer to end those that it has. */
const CONCURRENT_COUNTS_MS = CONCURRENT_USABLE_MS + 30_000;

/** A holder that was not heard of for so long, though it has something to say more often, gives nothing back. */
const HEARD_OF_MS = 3 * LEASE_SILENCE_MS_MAX;

/** Leases in Postgres; recalls travel as its notifications. */
export function createPostgresLeaseStore(db: Kysely<Tables>, calendar: Calendar): LeaseStore {
  return {
    transaction: (run) =>
      db.transaction().execute((trx) =>
        run({
          takeMessage: (message) => takeMessage(trx, message),
          lock: (ids) => lockQuotas(trx, ids),
          periodAt: (unit, timezone, atMs) => calendar.periodAt(trx, unit, timezone, atMs),
          writeReports: (holder, items, recorded) => writeReports(trx, holder, items, recorded),
          readTallies: (spans, holder) => readTallies(trx, spans, holder),
          writeGrants: (holder, grants) => writeGrants(trx, holder, grants),
          recall: (ids) => recall(trx, ids),
        }),
      ),
  };
}

/**
 * Takes a holder's message into account, unless one as new was taken before, or the holder has ended.
 * @returns whether it is new
 */
async function takeMessage(
  trx: Transaction<Tables>,
  { holder, nodeId, seq }: { readonly holder: string; readonly nodeId: string; readonly seq: number },
): Promise<boolean> {
  const { rows } = await sql`
    insert into quota_holder as known (holder, node_id, seq, seen_at) values (${holder}, ${nodeId}, ${seq}, now())
    on conflict (holder) do update set seq = excluded.seq, seen_at = excluded.seen_at
    where known.seq < excluded.seq and known.ended_at is null
    returning 1`.execute(trx);
  return rows.length > 0;
}

/** Waits until nobody else grants of these quotas; locks are taken in one order by all. @returns the time on Postgres' clock, by which slots go */
export async function lockQuotas(trx: Transaction<Tables>, ids: readonly string[]): Promise<number> {
  await sql`
    select pg_advisory_xact_lock(${LOCK_SPACE}, hash)
    from (select distinct hashtext(id) as hash from unnest(${ids}::text[]) as id order by 1) as hashes`.execute(trx);
  return await nowOf(trx);
}

export async function nowOf(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ nowMs: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"`.execute(db);
  return rows[0]?.nowMs ?? 0;
}

/** Writes what a holder says it did. What it says after its last word on a slot changes nothing. */
async function writeReports(
  trx: Transaction<Tables>,
  holder: string,
  items: readonly LeaseItem[],
  recorded: number | undefined,
): Promise<void> {
  const rows = items.flatMap(({ quota, slots }) => slots.map((slot): Json => ({ quota_id: quota, ...slot })));
  if (rows.length === 0) return;
  await sql`
    insert into quota_lease as lease
      (quota_id, slot, holder, granted, returned, spent, reserved, refused, closed, seen_at, recorded)
    select quota_id, slot, ${holder}, granted, returned, spent, reserved, refused, over, now(), ${recorded ?? null}::bigint
    from jsonb_to_recordset(${canonicalJson(rows)}::jsonb) as report (quota_id text, slot bigint, granted bigint,
      returned bigint, spent bigint, reserved bigint, refused bigint, over boolean)
    on conflict (quota_id, slot, holder) do update set
      returned = excluded.returned, spent = excluded.spent, reserved = excluded.reserved, refused = excluded.refused,
      closed = excluded.closed, seen_at = excluded.seen_at, recorded = excluded.recorded
    where not lease.closed`.execute(trx);
}

/** Adds to what a holder is granted in the current slots. */
async function writeGrants(trx: Transaction<Tables>, holder: string, grants: readonly SlotGrant[]): Promise<void> {
  if (grants.length === 0) return;
  await sql`
    insert into quota_lease as lease
      (quota_id, slot, holder, granted, returned, spent, reserved, refused, closed, seen_at, recorded)
    select quota_id, slot, ${holder}, amount, 0, 0, 0, 0, false, now(), 0
    from jsonb_to_recordset(${canonicalJson([...grants])}::jsonb) as grants (quota_id text, slot bigint, amount bigint)
    on conflict (quota_id, slot, holder) do update set
      granted = lease.granted + excluded.granted, seen_at = excluded.seen_at`.execute(trx);
}

/**
 * What is held of quotas within their windows: of a lease what was not given back, and of one that is closed what was spent, since its holder
 * will not use a grant that it never heard of. A holder that took more than it was granted holds what it took. Slots that begin later count
 * too, should the clock have been set back.
 */
export async function readTallies(
  db: Kysely<Tables>,
  spans: readonly CountedSpan[],
  holder: string,
): Promise<ReadonlyMap<string, HolderTally>> {
  const { rows } = await sql<HolderTally>`
    select span.id,
      coalesce(sum(lease.held), 0)::bigint + coalesce(min(corrected.amount), 0)::bigint as held,
      coalesce(sum(lease.spent), 0)::bigint + coalesce(min(corrected.settled), 0)::bigint as settled,
      coalesce(sum(lease.refused), 0)::bigint + coalesce(min(corrected.refused), 0)::bigint as refused,
      count(distinct lease.holder) filter (where not lease.closed) as holders,
      min(lease.slot) filter (where lease.held > 0) as "oldestSlot",
      coalesce(sum(lease.granted) filter (where lease.holder = ${holder} and lease.slot = span.slot), 0)::bigint as granted,
      coalesce(bool_or(lease.closed) filter (where lease.holder = ${holder} and lease.slot = span.slot), false) as "isClosed",
      coalesce(sum(greatest(0, lease.granted - lease.returned - lease.spent - lease.reserved))
        filter (where lease.holder <> ${holder} and not lease.closed
          and lease.granted - lease.returned > lease.spent + lease.reserved
          and exists (select 1 from quota_holder where quota_holder.holder = lease.holder
            and quota_holder.seen_at > now() - ${`${HEARD_OF_MS} ms`}::interval)), 0)::bigint as "idleElsewhere"
    from jsonb_to_recordset(${canonicalJson(spans.map((span): Json => ({ ...span })))}::jsonb)
      as span (id text, slot bigint, "fromSlot" bigint, "isConcurrent" boolean)
    left join lateral (
      select *, greatest(case when closed then 0 else granted - returned end, spent + reserved) as held from quota_lease
      where quota_id = span.id and slot >= span."fromSlot"
        and (not span."isConcurrent" or seen_at > now() - ${`${CONCURRENT_COUNTS_MS} ms`}::interval)
    ) as lease on true
    left join lateral (
      select sum(settled + adjusted) as amount, sum(settled + adjusted) as settled, sum(refused) as refused from quota_slot
      where quota_id = span.id and slot >= span."fromSlot"
    ) as corrected on true
    group by span.id`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Tells all replicas, once the transaction is committed, which quotas somebody needs. */
export async function recall(trx: Transaction<Tables>, ids: readonly string[]): Promise<void> {
  const needed = [...ids];
  while (needed.length > 0) {
    const payload: string[] = [];
    let bytes = 2;
    for (let next = needed[0]; next !== undefined; next = needed[0]) {
      bytes += Buffer.byteLength(JSON.stringify(next)) + 1;
      if (payload.length > 0 && bytes > RECALL_BYTES_MAX) break;
      payload.push(next);
      needed.shift();
    }
    await sql`select pg_notify(${RECALL_CHANNEL}, ${JSON.stringify(payload)})`.execute(trx);
  }
}
