import {
  canonicalJson,
  type Json,
  parseQuotaId,
  QUOTA_SUMS_MAX,
  type QuotaSumsAnswer,
  type QuotaSumsQuery,
  type QuotaUnit,
  quotaUnits,
} from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type Comparison, type Counted, type CountedLease, compareLedger, type SettledSum } from './compare-ledger.ts';
import { type FindSpans, type QuotaWindow, windowOf } from './place-charges.ts';
import { nowOf } from './postgres-lease-store.ts';
import type { SlotSpan } from './slot-span.ts';

/** Quotas with activity since are compared. */
const ACTIVE_WITHIN = '10 minutes';
const CANDIDATES_MAX = 10_000;
/** Of runs that were not heard of since and hold nothing, all records have come. */
const RUNNING_WITHIN = '1 day';
const RUNNING_MAX = 10_000;
const MINUTE_MS = 60_000;
/** A window that reaches further back is a long read for analytics, so it is compared once in an hour. */
const LONG_WINDOW_MS = 86_400_000;
const LONG_WINDOW_EVERY_MS = 3_600_000 - MINUTE_MS / 2;

/** By how much the authority and the records differed in the last round, by unit. */
export type Drift = Readonly<Record<QuotaUnit, number>>;

type Deps = {
  readonly db: Kysely<Tables>;
  readonly spansAt: FindSpans;
  quotaSums(query: QuotaSumsQuery): Promise<QuotaSumsAnswer>;
};

/**
 * Compares quotas that were active lately with the usage records, keeps by how much they differ, and corrects the authority: 1. what it counted,
 * in one view, 2. what the records say up to there, 3. the differences and corrections in one transaction. What is spent between does not
 * matter, since a correction is added to what is counted.
 */
export async function reconcileQuotas({ db, spansAt, quotaSums }: Deps): Promise<Drift> {
  const nowMs = await nowOf(db);
  const windows = await readDue(db, spansAt, nowMs);
  const drift = Object.fromEntries(quotaUnits.map((unit) => [unit, 0])) as Record<QuotaUnit, number>;
  for (let first = 0; first < windows.length; first += QUOTA_SUMS_MAX) {
    const spans = await spansAt(windows.slice(first, first + QUOTA_SUMS_MAX), nowMs);
    const { running, ...counted } = await readCounted(db, spans);
    const comparisons = compareLedger(spans, counted, await quotaSums(toQuery(spans, counted, running)));
    await writeComparisons(db, spans, comparisons);
    for (const { quota, drift: found } of comparisons) {
      const unit = parseQuotaId(quota)?.terms.unit;
      if (unit !== undefined) drift[unit] += Math.abs(found);
    }
  }
  return drift;
}

/** Those that were active lately and were not compared for as long as is due for their windows. */
async function readDue(db: Kysely<Tables>, spansAt: FindSpans, nowMs: number): Promise<readonly QuotaWindow[]> {
  const { rows } = await sql<{ id: string; checkedMs: number | null }>`
    select active.id, (extract(epoch from checked_at) * 1000)::bigint as "checkedMs"
    from (select distinct quota_id as id from quota_lease where seen_at > now() - ${ACTIVE_WITHIN}::interval) as active
    left join quota_check on quota_check.quota_id = active.id
    order by checked_at nulls first limit ${CANDIDATES_MAX}`.execute(db);
  const windows = rows.flatMap(({ id }) => windowOf(id) ?? []).filter(({ window }) => window !== undefined);
  const spans = await spansAt(windows, nowMs);
  const checked = new Map(rows.map(({ id, checkedMs }) => [id, checkedMs]));
  return windows.filter(({ id }) => {
    const isLong = nowMs - (spans.get(id)?.fromSlot ?? 0) > LONG_WINDOW_MS;
    return !isLong || nowMs - (checked.get(id) ?? 0) >= LONG_WINDOW_EVERY_MS;
  });
}

function readCounted(
  db: Kysely<Tables>,
  spans: ReadonlyMap<string, SlotSpan>,
): Promise<Counted & { readonly running: readonly string[] }> {
  const asked = canonicalJson([...spans].map(([id, { fromSlot }]): Json => ({ id, fromSlot })));
  const wanted = sql`jsonb_to_recordset(${asked}::jsonb) as asked (id text, "fromSlot" bigint)`;
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const { rows: leases } = await sql<CountedLease>`
        select quota_id as quota, slot, lease.holder, spent, recorded,
          case when settled_at is not null then 'settled' when ended_at is not null then 'ended' else 'running' end as state
        from ${wanted} join quota_lease as lease on quota_id = asked.id and slot >= asked."fromSlot"
        join quota_holder on quota_holder.holder = lease.holder`.execute(trx);
      const { rows: settled } = await sql<SettledSum>`
        select quota_id as quota, sum(settled)::bigint as settled
        from ${wanted} join quota_slot on quota_id = asked.id and slot >= asked."fromSlot" group by quota_id`.execute(
        trx,
      );
      const { rows: running } = await sql<{ holder: string }>`
        select holder from quota_holder
        where settled_at is null and (
          seen_at > now() - ${RUNNING_WITHIN}::interval
          or exists (select from quota_lease where quota_lease.holder = quota_holder.holder)
        )
        order by seen_at desc limit ${RUNNING_MAX}`.execute(trx);
      return { leases, settled, running: running.map(({ holder }) => holder) };
    });
}

function toQuery(
  spans: ReadonlyMap<string, SlotSpan>,
  { leases }: Counted,
  running: readonly string[],
): QuotaSumsQuery {
  return {
    quotas: [...spans].map(([quota, { slot, fromSlot }]) => ({ quota, fromSlot, toSlot: slot })),
    running: [...running],
    leases: leases.flatMap(({ quota, slot, holder: bootId, recorded, state }) =>
      state === 'running' ? [{ bootId, quota, slot, recorded: recorded ?? 0 }] : [],
    ),
  };
}

function writeComparisons(
  db: Kysely<Tables>,
  spans: ReadonlyMap<string, SlotSpan>,
  comparisons: readonly Comparison[],
): Promise<void> {
  const rows = comparisons.map(({ quota, drift, correction }): Json => {
    return { quota, drift, correction, slot: spans.get(quota)?.slot ?? 0 };
  });
  const compared = sql`jsonb_to_recordset(${canonicalJson(rows)}::jsonb) as compared
    (quota text, drift bigint, correction bigint, slot bigint)`;
  return db.transaction().execute(async (trx) => {
    await sql`
      insert into quota_check (quota_id, drift, checked_at) select quota, drift, now() from ${compared}
      on conflict (quota_id) do update set drift = excluded.drift, checked_at = excluded.checked_at`.execute(trx);
    await sql`
      insert into quota_slot (quota_id, slot, settled, refused, adjusted)
      select quota, slot, correction, 0, 0 from ${compared} where correction <> 0
      on conflict (quota_id, slot) do update set settled = quota_slot.settled + excluded.settled`.execute(trx);
  });
}
