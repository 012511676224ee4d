import type { CalendarWindow, Json } from '@tollgate/schema';
import { canonicalJson } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Period } from './slot-span.ts';

export type CalendarUnit = { readonly unit: CalendarWindow; readonly timezone: string };

/** Knows the periods of the calendar in any time zone, with its changes between summer and winter, as Postgres does. */
export type Calendar = {
  /** The period in which an instant (milliseconds since 1970) lies. */
  periodAt(db: Kysely<Tables>, unit: CalendarWindow, timezone: string, atMs: number): Promise<Period>;
  /** Reads in one statement what `periodAt` would else ask for one by one. */
  prepare(db: Kysely<Tables>, units: readonly CalendarUnit[], atMs: number): Promise<void>;
};

export function createCalendar(): Calendar {
  const current = new Map<string, Period>();

  const find = (key: string, atMs: number): Period | undefined => {
    const known = current.get(key);
    return known !== undefined && known.startMs <= atMs && atMs < known.endMs ? known : undefined;
  };

  async function prepare(db: Kysely<Tables>, units: readonly CalendarUnit[], atMs: number): Promise<void> {
    const missing = new Map(units.map((one) => [keyOf(one), one]));
    for (const key of missing.keys()) if (find(key, atMs) !== undefined) missing.delete(key);
    if (missing.size === 0) return;
    // Hours and minutes are counted in time that passes: local time has one hour twice when summer ends.
    const { rows } = await sql<CalendarUnit & Period>`
      select unit, timezone, (extract(epoch from start) * 1000)::bigint as "startMs",
        (extract(epoch from case when unit in ('minute', 'hour') then start + ('1 ' || unit)::interval
          else (start at time zone timezone + ('1 ' || unit)::interval) at time zone timezone end) * 1000)::bigint as "endMs"
      from (
        select unit, timezone, date_trunc(unit, to_timestamp(${atMs}::bigint / 1000.0), timezone) as start
        from jsonb_to_recordset(${canonicalJson([...missing.values()].map((one): Json => ({ ...one })))}::jsonb)
          as wanted (unit text, timezone text)
      ) as period`.execute(db);
    for (const { startMs, endMs, ...unit } of rows) current.set(keyOf(unit), { startMs, endMs });
  }

  return {
    prepare,
    async periodAt(db, unit, timezone, atMs) {
      const key = keyOf({ unit, timezone });
      if (find(key, atMs) === undefined) await prepare(db, [{ unit, timezone }], atMs);
      const period = current.get(key);
      if (period === undefined) throw new Error(`Postgres does not know the ${unit} in ${timezone}`);
      return period;
    },
  };
}

const keyOf = ({ unit, timezone }: CalendarUnit): string => `${unit} ${timezone}`;
