import type { CalendarWindow } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../test-support/test-database.ts';
import { createCalendar } from './calendar.ts';

const BERLIN = 'Europe/Berlin';

test('periods follow the calendar of their time zone, with its changes between summer and winter', async () => {
  const { db } = await createTestDatabase();
  const calendar = createCalendar();
  const cases: readonly [CalendarWindow, string, at: string, start: string, end: string][] = [
    // The day of 23 hours, the day of 25, and the months in which they lie.
    ['day', BERLIN, '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['day', BERLIN, '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['month', BERLIN, '2026-03-29T12:00:00Z', '2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z'],
    ['month', BERLIN, '2026-10-25T12:00:00Z', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'],
    ['week', BERLIN, '2026-10-25T12:00:00Z', '2026-10-18T22:00:00Z', '2026-10-25T23:00:00Z'],
    // Months have 28 to 31 days; weeks begin on Monday.
    ['month', 'UTC', '2026-02-15T00:00:00Z', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['month', 'UTC', '2028-02-29T23:59:59.999Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['month', 'UTC', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['week', 'UTC', '2026-11-25T04:00:00Z', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z'],
    ['week', 'UTC', '2026-11-30T00:00:00Z', '2026-11-30T00:00:00Z', '2026-12-07T00:00:00Z'],
    ['minute', 'UTC', '2026-11-25T04:00:59.999Z', '2026-11-25T04:00:00Z', '2026-11-25T04:01:00Z'],
    // Half an hour off, as India is.
    ['hour', 'Asia/Kolkata', '2026-11-25T04:10:00Z', '2026-11-25T03:30:00Z', '2026-11-25T04:30:00Z'],
  ];
  for (const [unit, timezone, at, start, end] of cases) {
    const { startMs, endMs } = await calendar.periodAt(db, unit, timezone, Date.parse(at));
    expect([new Date(startMs), new Date(endMs)], `${unit} at ${at} in ${timezone}`).toEqual([
      new Date(start),
      new Date(end),
    ]);
  }
});

test.each<CalendarWindow>(['minute', 'hour', 'day', 'week', 'month'])(
  'each instant lies in its %s, and one ends where the next begins, also at the changes',
  async (unit) => {
    const { db } = await createTestDatabase();
    for (const at of ['2026-03-29T00:30:00Z', '2026-10-25T00:30:00Z']) {
      const calendar = createCalendar();
      let atMs = Date.parse(at);
      for (let count = 0; count < 4; count += 1) {
        const { startMs, endMs } = await calendar.periodAt(db, unit, BERLIN, atMs);
        expect(startMs).toBeLessThanOrEqual(atMs);
        expect(endMs).toBeGreaterThan(atMs);
        if (count > 0) expect(startMs).toBe(atMs);
        atMs = endMs;
      }
    }
  },
);
