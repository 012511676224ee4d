import type { ClickHouseClient } from '@clickhouse/client';
import type { UsageRecord } from '@tollgate/schema';
import { KEYED_INSERT_SETTINGS, segmentInsertSettings } from '../clickhouse/insert-settings.ts';
import type { RejectedLine } from './parse-segment.ts';
import { toClickHouseTime, toStorableText, toUsageRow } from './usage-row.ts';

/** One row of the ledger `usage_segment`. */
export type LedgerRow = {
  readonly segment_id: string;
  readonly node_id: string;
  readonly boot_id: string;
  readonly first_seq: number;
  readonly last_seq: number;
  readonly records: number;
  readonly rejected: number;
};

/** What ingestion asks of ClickHouse. Each verb is idempotent and throws if ClickHouse did not acknowledge. */
export type SegmentStore = {
  isInLedger(segmentId: string, signal: AbortSignal): Promise<boolean>;
  /** Ids of the segment's records that are stored already. */
  findStoredIds(segmentId: string, records: readonly UsageRecord[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  insertRecords(segmentId: string, records: readonly UsageRecord[], signal: AbortSignal): Promise<void>;
  insertRejected(segmentId: string, lines: readonly RejectedLine[], signal: AbortSignal): Promise<void>;
  insertLedgerRow(row: LedgerRow, signal: AbortSignal): Promise<void>;
};

const IS_IN_LEDGER = 'SELECT 1 AS found FROM usage_segment WHERE segment_id = {segmentId:String} LIMIT 1';

/** The time range lets ClickHouse skip all but the granules around the segment, the index on segment_id most of those. */
const FIND_STORED_IDS = `
SELECT id FROM usage
WHERE segment_id = {segmentId:String}
  AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at <= {to:DateTime64(3, 'UTC')}`;

export function createSegmentStore(client: ClickHouseClient): SegmentStore {
  return {
    async isInLedger(segmentId, signal) {
      const rows = await selectRows(client, IS_IN_LEDGER, { segmentId }, signal);
      return rows.length > 0;
    },
    async findStoredIds(segmentId, records, signal) {
      const starts = records.map(({ startedAtMs }) => startedAtMs);
      const from = toClickHouseTime(starts.reduce((a, b) => Math.min(a, b)));
      const to = toClickHouseTime(starts.reduce((a, b) => Math.max(a, b)));
      const rows = await selectRows<{ id: string }>(client, FIND_STORED_IDS, { segmentId, from, to }, signal);
      return new Set(rows.map(({ id }) => id));
    },
    async insertRecords(segmentId, records, signal) {
      await client.insert({
        table: 'usage',
        values: records.map((record) => toUsageRow(record, segmentId)),
        format: 'JSONEachRow',
        clickhouse_settings: segmentInsertSettings(segmentId),
        abort_signal: signal,
      });
    },
    async insertRejected(segmentId, lines, signal) {
      await insertKeyed(
        client,
        'usage_rejected',
        lines.map((line) => toRejectedRow(segmentId, line)),
        signal,
      );
    },
    async insertLedgerRow(row, signal) {
      await insertKeyed(client, 'usage_segment', [row], signal);
    },
  };
}

async function selectRows<Row>(
  client: ClickHouseClient,
  query: string,
  params: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Row[]> {
  const answer = await client.query({ query, query_params: params, format: 'JSONEachRow', abort_signal: signal });
  return answer.json<Row>();
}

async function insertKeyed(client: ClickHouseClient, table: string, values: readonly object[], signal: AbortSignal) {
  await client.insert({
    table,
    values,
    format: 'JSONEachRow',
    clickhouse_settings: KEYED_INSERT_SETTINGS,
    abort_signal: signal,
  });
}

function toRejectedRow(segmentId: string, { line, reason, text }: RejectedLine) {
  return { segment_id: segmentId, line, reason: toStorableText(reason), text: toStorableText(text) };
}
