import type { UsageRecord } from '@tollgate/schema';
import { toChargeColumns } from '../charge-columns.ts';
import { USAGE_COLUMNS } from '../usage-columns.ts';

/** Half of a UTF-16 pair without the other half: JavaScript and JSON can hold one, UTF-8 and ClickHouse cannot. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A record as a row of the table `usage` in the format JSONEachRow. */
export function toUsageRow(record: UsageRecord, segmentId: string): Readonly<Record<string, unknown>> {
  const columns = Object.entries(USAGE_COLUMNS).map(([field, column]) => [
    column,
    toStorable(record[field as keyof typeof USAGE_COLUMNS]),
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

/** A field with all texts in it, however deep. */
function toStorable(item: unknown): unknown {
  if (typeof item === 'string') return toStorableText(item);
  if (Array.isArray(item)) return item.map(toStorable);
  if (typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(Object.entries(item).map(([field, value]) => [field, toStorable(value)]));
}

export function toStorableText(text: string): string {
  return text.replace(LONE_SURROGATE, '\u{fffd}');
}
