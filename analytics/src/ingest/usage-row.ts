import type { AttemptDetail, UsageRecord } from '@tollgate/schema';
import { toChargeColumns } from '../charge-columns.ts';
import { USAGE_COLUMNS } from '../usage-columns.ts';

/** Half of a UTF-16 pair without the other half: JavaScript and JSON can hold one, UTF-8 and ClickHouse cannot. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A record as a row of the table `usage` in the format JSONEachRow. */
export function toUsageRow(record: UsageRecord, segmentId: string): Readonly<Record<string, unknown>> {
  const columns = Object.entries(USAGE_COLUMNS).map(([field, column]) => [
    column,
    toColumnValue(record[field as keyof typeof USAGE_COLUMNS]),
  ]);
  return {
    ...Object.fromEntries(columns),
    started_at: toClickHouseTime(record.startedAtMs),
    ...toChargeColumns(record.charges),
    segment_id: segmentId,
  };
}

/** `2026-01-31 23:59:59.999`, in UTC. */
export function toClickHouseTime(instantMs: number): string {
  return new Date(instantMs).toISOString().replace('T', ' ').replace('Z', '');
}

function toColumnValue(value: UsageRecord[keyof typeof USAGE_COLUMNS]): unknown {
  if (typeof value === 'string') return toStorableText(value);
  return Array.isArray(value) ? value.map(toStorableItem) : value;
}

/** A tag, or an attempt with its fields. */
function toStorableItem(item: string | AttemptDetail): unknown {
  if (typeof item === 'string') return toStorableText(item);
  const fields = Object.entries(item).map(([field, value]) => [
    field,
    typeof value === 'string' ? toStorableText(value) : value,
  ]);
  return Object.fromEntries(fields);
}

export function toStorableText(text: string): string {
  return text.replace(LONE_SURROGATE, '\u{fffd}');
}
