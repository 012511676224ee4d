import { canonicalJson, type Json, type LeaseItem } from '@tollgate/schema';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { CONCURRENT_USABLE_MS } from './slot-span.ts';

/** Advisory locks of the authority share the space of numbers with others; the first of the two numbers keeps them apart. */
const LOCK_SPACE = 0x71_75_6f;
/** A holder that may not start more requests is given this much longer to end those that it has. */
const CONCURRENT_COUNTS_MS = CONCURRENT_USABLE_MS + 30_000;

/** Which slots of a quota count at an instant. */
export type CountedSpan = {
  readonly id: string;
  readonly slot: number;
  readonly fromSlot: number;
  /** Whether it counts requests under way, which end with their holder. */
  readonly isConcurrent: boolean;
};

/** What is known of a quota within its window; amounts in its unit. */
export type QuotaTally = {
  readonly id: string;
  /** Spent or leased, by all holders, corrections included. */
  readonly held: number;
  readonly settled: number;
  readonly refused: number;
  readonly holders: number;
  /** The oldest slot in which anything is held. */
  readonly oldestSlot: number | null;
};

/** The same as one holder sees it. */
export type HolderTally = QuotaTally & {
  /** Granted to it in the current slot. */
  readonly granted: number;
  /** What others were leased and have neither spent nor reserved, as far as they said. */
  readonly idleElsewhere: number;
};

/**
 * Takes a holder's message into account, unless one as new was taken before.
 * @returns whether it is new
 */
export async function takeMessage(
  trx: Transaction<Tables>,
  { holder, nodeId, seq }: { readonly holder: string; readonly nodeId: string; readonly seq: number },
): Promise<boolean> {
  const { rows } = await sql`
    insert into quota_holder as known (holder, node_id, seq, seen_at) values (${holder}, ${nodeId}, ${seq}, now())
    on conflict (holder) do update set seq = excluded.seq, seen_at = excluded.seen_at
    where known.seq < excluded.seq
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
export async function writeReports(
  trx: Transaction<Tables>,
  holder: string,
  items: readonly LeaseItem[],
): Promise<void> {
  const rows = items.flatMap(({ quota, slots }) => slots.map((slot): Json => ({ quota_id: quota, ...slot })));
  if (rows.length === 0) return;
  await sql`
    insert into quota_lease as lease
      (quota_id, slot, holder, granted, returned, spent, reserved, refused, closed, seen_at)
    select quota_id, slot, ${holder}, granted, returned, spent, reserved, refused, over, now()
    from jsonb_to_recordset(${canonicalJson(rows)}::jsonb) as report (quota_id text, slot bigint, granted bigint,
      returned bigint, spent bigint, reserved bigint, refused bigint, over boolean)
    on conflict (quota_id, slot, holder) do update set
      returned = excluded.returned, spent = excluded.spent, reserved = excluded.reserved, refused = excluded.refused,
      closed = excluded.closed, seen_at = excluded.seen_at
    where not lease.closed`.execute(trx);
}

/** Adds to what a holder is granted in the current slots. */
export async function writeGrants(
  trx: Transaction<Tables>,
  holder: string,
  grants: readonly { readonly quota_id: string; readonly slot: number; readonly amount: number }[],
): Promise<void> {
  if (grants.length === 0) return;
  await sql`
    insert into quota_lease as lease
      (quota_id, slot, holder, granted, returned, spent, reserved, refused, closed, seen_at)
    select quota_id, slot, ${holder}, amount, 0, 0, 0, 0, false, now()
    from jsonb_to_recordset(${canonicalJson([...grants])}::jsonb) as grants (quota_id text, slot bigint, amount bigint)
    on conflict (quota_id, slot, holder) do update set
      granted = lease.granted + excluded.granted, closed = false, seen_at = excluded.seen_at`.execute(trx);
}

/** What is held of quotas within their windows. A holder that spent more than it was granted holds what it spent. */
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
      coalesce(sum(greatest(0, lease.granted - lease.returned - lease.spent - lease.reserved))
        filter (where lease.holder <> ${holder} and not lease.closed), 0)::bigint as "idleElsewhere"
    from jsonb_to_recordset(${canonicalJson(spans.map((span): Json => ({ ...span })))}::jsonb)
      as span (id text, slot bigint, "fromSlot" bigint, "isConcurrent" boolean)
    left join lateral (
      select *, greatest(granted - returned, spent) as held from quota_lease
      where quota_id = span.id and slot between span."fromSlot" and span.slot
        and (not span."isConcurrent" or seen_at > now() - ${`${CONCURRENT_COUNTS_MS} ms`}::interval)
    ) as lease on true
    left join lateral (
      select sum(settled + adjusted) as amount, sum(settled + adjusted) as settled, sum(refused) as refused from quota_slot
      where quota_id = span.id and slot between span."fromSlot" and span.slot
    ) as corrected on true
    group by span.id`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
