import {
  USAGE_ROWS_MAX,
  type UsageQuery,
  type UsageRow,
  type usageBuckets,
  type usageDimensions,
} from '@tollgate/schema';
import type { UsageColumn } from '../usage-columns.ts';
import { filterParts, type SqlPart, timeParts, whereAll, withinParts } from './filter-sql.ts';

type Dimension = (typeof usageDimensions)[number];
type Bucket = (typeof usageBuckets)[number];

const DIMENSION_COLUMNS = Object.freeze({
  key: 'key_name',
  organization: 'organization_name',
  team: 'team_name',
  project: 'project_name',
  user: 'user_name',
  customer: 'customer_name',
  endUser: 'end_user',
  model: 'model',
  provider: 'provider_name',
  deployment: 'deployment',
  revision: 'revision',
  cause: 'cause',
} as const satisfies Record<Dimension, UsageColumn>);

const BUCKET_STARTS = Object.freeze({
  minute: 'toStartOfMinute(started_at)',
  hour: 'toStartOfHour(started_at)',
  day: 'toStartOfDay(started_at)',
  month: 'toStartOfMonth(started_at)',
} as const satisfies Record<Bucket, string>);

/** The cost is text, because a sum may exceed what a JSON number holds exactly; `sum` skips the unpriced. */
const SUMS = `
  count() AS requests,
  countIf(cause != 'completed') AS failedRequests,
  countIf(cost_nano_usd IS NULL AND tokens_input + tokens_output > 0) AS unpricedRequests,
  sum(tokens_input) AS tokensInput,
  sum(tokens_input_cached) AS tokensInputCached,
  sum(tokens_output) AS tokensOutput,
  sum(tokens_output_reasoning) AS tokensOutputReasoning,
  toString(ifNull(sum(cost_nano_usd), 0)) AS costNanoUsd`;

/**
 * The query for sums by time bucket and dimensions. It asks for one row more than an answer may have, so that too
 * many can be told. Without groups it gives one row, even of nothing.
 */
export function usageSql({ from, to, bucket, groupBy, filter, within }: UsageQuery): SqlPart {
  const where = whereAll([...timeParts(from, to), ...filterParts(filter ?? {}), ...withinParts(within)]);
  const dimensions = [...new Set(groupBy)];
  const groups = [
    ...(bucket ? [`toUnixTimestamp(toDateTime(${BUCKET_STARTS[bucket]}, 'UTC')) AS bucketStartSeconds`] : []),
    ...dimensions.map((name) => `toString(${DIMENSION_COLUMNS[name]}) AS ${groupAlias(name)}`),
  ];
  const aliases = [...(bucket ? ['bucketStartSeconds'] : []), ...dimensions.map(groupAlias)].join(', ');
  const grouping = aliases ? `GROUP BY ${aliases} ORDER BY ${aliases}` : '';
  return {
    sql: `SELECT ${[...groups, SUMS].join(', ')} FROM usage ${where.sql} ${grouping} LIMIT ${USAGE_ROWS_MAX + 1}`,
    params: where.params,
  };
}

/** One row as ClickHouse gives it to `usageSql`. */
export type RawUsageRow = Omit<UsageRow, 'bucketStart' | 'dimensions'> & {
  readonly bucketStartSeconds?: number;
} & { readonly [Alias in `group_${Dimension}`]?: string };

export function toUsageRow(raw: RawUsageRow, groupBy: readonly Dimension[]): UsageRow {
  return {
    bucketStart: raw.bucketStartSeconds === undefined ? null : new Date(raw.bucketStartSeconds * 1_000).toISOString(),
    dimensions: Object.fromEntries(groupBy.map((name) => [name, raw[groupAlias(name)] ?? ''])),
    requests: raw.requests,
    failedRequests: raw.failedRequests,
    unpricedRequests: raw.unpricedRequests,
    tokensInput: raw.tokensInput,
    tokensInputCached: raw.tokensInputCached,
    tokensOutput: raw.tokensOutput,
    tokensOutputReasoning: raw.tokensOutputReasoning,
    costNanoUsd: raw.costNanoUsd,
  };
}

/** Not the column's own name, which an alias in the same query would shadow. */
function groupAlias<Name extends Dimension>(name: Name): `group_${Name}` {
  return `group_${name}`;
}
