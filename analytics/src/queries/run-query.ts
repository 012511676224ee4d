import type { ClickHouseClient } from '@clickhouse/client';
import type { SqlPart } from './filter-sql.ts';

/** The longest question: a dozen lists of 1,000 names fit, and those of whoever may see the usage of 10,000 teams and 10,000 keys. */
export const BODY_BYTES_MAX = 8 * 1_048_576;

/** Within the ten seconds that the control plane waits. */
const EXECUTION_SECONDS_MAX = 8;
/** A query with its parameters, which are as long as the body that asked for it may be. */
const QUERY_BYTES_MAX = String(2 * BODY_BYTES_MAX);

/** Runs a query and reads its rows; 64-bit counts come as numbers, which the contract bounds by 2^53. */
export async function runQuery<Row>(client: ClickHouseClient, { sql, params }: SqlPart): Promise<Row[]> {
  const answer = await client.query({
    query: sql,
    query_params: params,
    format: 'JSONEachRow',
    clickhouse_settings: {
      max_execution_time: EXECUTION_SECONDS_MAX,
      max_query_size: QUERY_BYTES_MAX,
      output_format_json_quote_64bit_integers: 0,
      output_format_json_named_tuples_as_objects: 1,
    },
  });
  return answer.json<Row>();
}
