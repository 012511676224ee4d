import { parseDurationMs } from './duration.ts';

export const calendarWindows = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type CalendarWindow = (typeof calendarWindows)[number];

/** Over which time a quota counts: from one border of the calendar to the next, the last so many milliseconds, or ever. */
export type Window =
  | { readonly kind: 'calendar'; readonly unit: CalendarWindow }
  | { readonly kind: 'rolling'; readonly durationMs: number }
  | { readonly kind: 'lifetime' };

/** Reads `day`, `month`, `lifetime`, or a duration such as `30d`. @returns undefined if the text is none of them */
export function parseWindow(text: string): Window | undefined {
  if (text === 'lifetime') return { kind: 'lifetime' };
  const unit = calendarWindows.find((known) => known === text);
  if (unit !== undefined) return { kind: 'calendar', unit };
  const durationMs = parseDurationMs(text);
  return durationMs === undefined || durationMs < 1_000 ? undefined : { kind: 'rolling', durationMs };
}

/** Whether the runtime's time zone database has a zone of this name; mere offsets are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
