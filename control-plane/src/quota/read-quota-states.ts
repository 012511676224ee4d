import type { DeclaredQuota } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Calendar } from './calendar.ts';
import type { QuotaWindow } from './place-charges.ts';
import { nowOf, readTallies } from './postgres-lease-store.ts';
import { spansOf, toCounted } from './quota-authority.ts';
import { type QuotaCheck, type QuotaState, toQuotaState } from './quota-state.ts';
import type { SlotSpan } from './slot-span.ts';

/** No holder has this name, so that all of them are others. */
const NOBODY = '';

export type ReadQuotaStates = (quotas: readonly DeclaredQuota[]) => Promise<readonly QuotaState[]>;

/**
 * Reads how quotas stand now, in their order, by the slots that the authority grants in: a fixed number of statements,
 * however many quotas there are.
 */
export async function readQuotaStates(
  db: Kysely<Tables>,
  calendar: Calendar,
  quotas: readonly DeclaredQuota[],
): Promise<readonly QuotaState[]> {
  if (quotas.length === 0) return [];
  const nowMs = await nowOf(db);
  const spans = await readSpans(db, calendar, quotas, nowMs);
  const tallies = await readTallies(db, toCounted(new Map(quotas.map((quota) => [quota.id, quota])), spans), NOBODY);
  const checks = await readChecks(
    db,
    quotas.map(({ id }) => id),
  );
  return quotas.flatMap((quota) => {
    const [span, tally] = [spans.get(quota.id), tallies.get(quota.id)];
    return span && tally ? [toQuotaState(quota, span, { ...tally, check: checks.get(quota.id) }, nowMs)] : [];
  });
}

async function readChecks(db: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, QuotaCheck>> {
  const rows = await db
    .selectFrom('quota_check')
    .selectAll()
    .where('quota_id', '=', sql<string>`any(${ids}::text[])`)
    .execute();
  return new Map(rows.map(({ quota_id: id, drift, checked_at: checkedAt }) => [id, { drift, checkedAt }]));
}

/** The slots of quotas at an instant; one statement at most reads the calendar for all of them. */
export async function readSpans(
  db: Kysely<Tables>,
  calendar: Calendar,
  quotas: readonly QuotaWindow[],
  atMs: number,
): Promise<ReadonlyMap<string, SlotSpan>> {
  const units = quotas.flatMap(({ window, timezone }) =>
    window?.kind === 'calendar' ? [{ unit: window.unit, timezone }] : [],
  );
  await calendar.prepare(db, units, atMs);
  return await spansOf(
    { periodAt: (unit, timezone, instantMs) => calendar.periodAt(db, unit, timezone, instantMs) },
    quotas,
    atMs,
  );
}
