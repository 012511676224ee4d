import type { ClickHouseClient } from '@clickhouse/client';
import type { GatewayError, RequestsAnswer, RequestsQuery, UsageRecord } from '@tollgate/schema';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { requestsSql } from './requests-sql.ts';
import { runQuery } from './run-query.ts';

export type RequestsOutcome =
  | { readonly type: 'page'; readonly page: RequestsAnswer }
  | { readonly type: 'refused'; readonly error: GatewayError };

/** One page of records, newest first. */
export async function queryRequests(client: ClickHouseClient, query: RequestsQuery): Promise<RequestsOutcome> {
  const after = query.after === undefined ? undefined : decodeCursor(query.after);
  if (query.after !== undefined && after === undefined) {
    const message = 'after: not a cursor; take the `cursor` of a row of an earlier answer';
    return { type: 'refused', error: { code: 'invalid_request', message, param: 'after' } };
  }
  const records = await runQuery<UsageRecord>(client, requestsSql(query, after));
  const rows = records.slice(0, query.limit).map((record) => ({ cursor: encodeCursor(record), record }));
  return { type: 'page', page: { rows, hasMore: records.length > query.limit } };
}
