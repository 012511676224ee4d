import type { CalendarWindow } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Period } from './slot-span.ts';

/** Knows the periods of the calendar in any time zone, with its changes between summer and winter, as Postgres does. */
export type Calendar = {
  /** The period in which an instant (milliseconds since 1970) lies. */
  periodAt(db: Kysely<Tables>, unit: CalendarWindow, timezone: string, atMs: number): Promise<Period>;
};

export function createCalendar(): Calendar {
  const current = new Map<string, Period>();
  return {
    async periodAt(db, unit, timezone, atMs) {
      const key = `${unit} ${timezone}`;
      const known = current.get(key);
      if (known !== undefined && known.startMs <= atMs && atMs < known.endMs) return known;
      // Hours and minutes are counted in time that passes: local time has one hour twice when summer ends.
      const { rows } = await sql<Period>`
        with period as (select date_trunc(${unit}, to_timestamp(${atMs}::bigint / 1000.0), ${timezone}) as start)
        select (extract(epoch from start) * 1000)::bigint as "startMs",
          (extract(epoch from case when ${unit} in ('minute', 'hour') then start + ${`1 ${unit}`}::interval
            else (start at time zone ${timezone} + ${`1 ${unit}`}::interval) at time zone ${timezone} end) * 1000)::bigint as "endMs"
        from period`.execute(db);
      const [period] = rows;
      if (period === undefined) throw new Error(`Postgres does not know the ${unit} in ${timezone}`);
      current.set(key, period);
      return period;
    },
  };
}
