export { type ClickHouseAddress, parseClickHouseUrl } from './clickhouse/connection.ts';
export { type Analytics, type AnalyticsConfig, createAnalytics } from './create-analytics.ts';
export {
  type BootGaps,
  GAPS_QUERY_PATH,
  type GapsAnswer,
  type GapsQuery,
  gapsQuery,
  type SeqRange,
} from './reconcile/gaps-contract.ts';
