import type { ClickHouseClient } from '@clickhouse/client';
import type { ChargesAnswer, ChargesQuery, QuotaSumsAnswer, QuotaSumsQuery } from '@tollgate/schema';
import type { SqlPart } from '../queries/filter-sql.ts';
import { instantParam } from '../queries/filter-sql.ts';
import { runQuery } from '../queries/run-query.ts';

/** A request may be charged to a slot that begins after it came: it waited for a lease, or for a node's clock. */
const CLOCKS_APART_MS = 60_000;

const CHARGES = 'usage ARRAY JOIN charge_quotas AS quota, charge_slots AS slot, charge_amounts AS amount';

/** All that one run of a node was charged, and whether all of its records are there. */
export async function queryCharges(client: ClickHouseClient, { bootId }: ChargesQuery): Promise<ChargesAnswer> {
  const [counts, charges] = await Promise.all([
    runQuery<{ readonly rows: number; readonly lastSeq: number }>(client, {
      sql: 'SELECT groupBitmap(seq) AS rows, max(seq) AS lastSeq FROM usage WHERE boot_id = {bootId:String}',
      params: { bootId },
    }),
    runQuery<ChargesAnswer['charges'][number]>(client, {
      sql: `
        SELECT quota, slot, sum(amount) AS amount,
          if(slot IS NULL, toUnixTimestamp(toStartOfMinute(started_at)) * 1000, NULL) AS startedAtMs
        FROM ${CHARGES} WHERE boot_id = {bootId:String}
        GROUP BY quota, slot, startedAtMs`,
      params: { bootId },
    }),
  ]);
  return { rows: counts[0]?.rows ?? 0, lastSeq: counts[0]?.lastSeq ?? 0, charges };
}

/** What quotas were charged within their windows, as far as runs that go on have told it. */
export async function queryQuotaSums(client: ClickHouseClient, query: QuotaSumsQuery): Promise<QuotaSumsAnswer> {
  const [sums, boots] = await Promise.all([
    runQuery<QuotaSumsAnswer['sums'][number]>(client, quotaSumsSql(query)),
    runQuery<QuotaSumsAnswer['boots'][number]>(client, bootsSql(query)),
  ]);
  return { sums, boots };
}

function quotaSumsSql({ quotas, leases, running }: QuotaSumsQuery): SqlPart {
  const sinceMs = Math.max(0, Math.min(...quotas.map(({ fromSlot }) => fromSlot)) - CLOCKS_APART_MS);
  return {
    sql: `
      WITH
        asked AS (
          SELECT tupleElement(one, 1) AS quota, tupleElement(one, 2) AS from_slot, tupleElement(one, 3) AS to_slot
          FROM (SELECT arrayJoin(arrayZip({quotas:Array(String)}, {fromSlots:Array(Int64)}, {toSlots:Array(Int64)})) AS one)
        ),
        told AS (
          SELECT tupleElement(one, 1) AS boot_id, tupleElement(one, 2) AS quota, tupleElement(one, 3) AS slot,
            tupleElement(one, 4) AS recorded
          FROM (
            SELECT arrayJoin(arrayZip({boots:Array(String)}, {leased:Array(String)}, {slots:Array(Int64)},
              {recorded:Array(UInt64)})) AS one
          )
        ),
        charged AS (
          SELECT quota, boot_id, seq, amount, slot IS NULL AS is_unplaced,
            coalesce(slot, toUnixTimestamp64Milli(started_at)) AS place,
            has({running:Array(String)}, boot_id) AS is_running
          FROM ${CHARGES}
          WHERE started_at >= ${instantParam('sinceMs')} AND has({quotas:Array(String)}, quota)
        )
      SELECT charged.quota AS quota,
        sumIf(amount, NOT is_running OR (NOT is_unplaced AND seq <= recorded)) AS amount,
        sumIf(charged.amount, is_running AND is_unplaced) AS unplaced
      FROM charged
      INNER JOIN asked ON asked.quota = charged.quota
      LEFT JOIN told ON told.boot_id = charged.boot_id AND told.quota = charged.quota AND told.slot = charged.place
      WHERE place >= from_slot AND (is_unplaced OR place <= to_slot)
      GROUP BY charged.quota`,
    params: {
      sinceMs,
      quotas: quotas.map(({ quota }) => quota),
      fromSlots: quotas.map(({ fromSlot }) => fromSlot),
      toSlots: quotas.map(({ toSlot }) => toSlot),
      running,
      boots: leases.map(({ bootId }) => bootId),
      leased: leases.map(({ quota }) => quota),
      slots: leases.map(({ slot }) => slot),
      recorded: leases.map(({ recorded }) => recorded),
    },
  };
}

/** Of each run the highest number that was asked about, and how many distinct records there are up to it. */
function bootsSql({ leases }: QuotaSumsQuery): SqlPart {
  const highest = new Map<string, number>();
  for (const { bootId, recorded } of leases) highest.set(bootId, Math.max(recorded, highest.get(bootId) ?? 0));
  return {
    sql: `
      SELECT boot_id AS bootId, groupBitmap(seq) AS rows FROM usage
      WHERE has({boots:Array(String)}, boot_id)
        AND seq <= transform(toString(boot_id), {boots:Array(String)}, {highest:Array(UInt64)}, toUInt64(0))
      GROUP BY boot_id`,
    params: { boots: [...highest.keys()], highest: [...highest.values()] },
  };
}
