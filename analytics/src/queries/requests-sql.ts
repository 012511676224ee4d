import type { RequestsQuery } from '@tollgate/schema';
import { CHARGES_SQL } from '../charge-columns.ts';
import { USAGE_COLUMNS } from '../usage-columns.ts';
import type { RequestPlace } from './cursor.ts';
import { filterParts, instantParam, type SqlPart, timeParts, whereAll, withinParts } from './filter-sql.ts';

const FIELDS = [
  ...(Object.keys(USAGE_COLUMNS) as (keyof typeof USAGE_COLUMNS)[]).map((field) =>
    field === 'startedAtMs' ? `toUnixTimestamp64Milli(started_at) AS ${field}` : `${USAGE_COLUMNS[field]} AS ${field}`,
  ),
  `${CHARGES_SQL} AS charges`,
].join(', ');

/**
 * The query for records, newest first, from the row after `after`. It asks for one more than `limit`, so that one knows
 * whether more follow. The order is total, because ids are unique, so no page repeats or skips a row.
 */
export function requestsSql(
  { from, to, filter, within, limit }: RequestsQuery,
  after: RequestPlace | undefined,
): SqlPart {
  const asked = [...timeParts(from, to), ...filterParts(filter ?? {}), ...withinParts(within)];
  const where = whereAll([...asked, ...(after ? [afterPart(after)] : [])]);
  return {
    sql: `SELECT ${FIELDS} FROM usage ${where.sql} ORDER BY started_at DESC, id DESC LIMIT {rows:UInt32}`,
    params: { ...where.params, rows: limit + 1 },
  };
}

/** The first condition is implied by the second; it lets ClickHouse skip what is newer by its index. */
function afterPart({ startedAtMs, id }: RequestPlace): SqlPart {
  const at = instantParam('afterMs');
  return {
    sql: `started_at <= ${at} AND (started_at, id) < (${at}, {afterId:String})`,
    params: { afterMs: startedAtMs, afterId: id },
  };
}
