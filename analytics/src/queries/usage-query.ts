import type { ClickHouseClient } from '@clickhouse/client';
import { type GatewayError, USAGE_ROWS_MAX, type UsageQuery, type UsageRow } from '@tollgate/schema';
import { runQuery } from './run-query.ts';
import { type RawUsageRow, toUsageRow, usageSql } from './usage-sql.ts';

export type UsageOutcome =
  | { readonly type: 'rows'; readonly rows: readonly UsageRow[] }
  | { readonly type: 'refused'; readonly error: GatewayError };

/** Sums usage by time bucket and dimensions, in their order. */
export async function queryUsage(client: ClickHouseClient, query: UsageQuery): Promise<UsageOutcome> {
  const raws = await runQuery<RawUsageRow>(client, usageSql(query));
  if (raws.length > USAGE_ROWS_MAX) {
    const message = `the answer would have more than ${USAGE_ROWS_MAX} rows; ask for a shorter time, a wider bucket, fewer dimensions or a filter`;
    return { type: 'refused', error: { code: 'invalid_request', message, param: 'groupBy' } };
  }
  return { type: 'rows', rows: raws.map((raw) => toUsageRow(raw, query.groupBy)) };
}
