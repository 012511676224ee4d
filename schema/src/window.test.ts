import { expect, test } from 'vitest';
import { isTimeZone, parseWindow } from './window.ts';

test('a window follows the calendar, or rolls, or never ends', () => {
  expect(parseWindow('month')).toEqual({ kind: 'calendar', unit: 'month' });
  expect(parseWindow('30d')).toEqual({ kind: 'rolling', durationMs: 30 * 86_400_000 });
  expect(parseWindow('lifetime')).toEqual({ kind: 'lifetime' });
});

test.each(['year', 'months', '30', '500ms', '0d', ''])('%s is no window', (text) => {
  expect(parseWindow(text)).toBeUndefined();
});

test('a time zone is one that the runtime knows by name', () => {
  expect(['Europe/Berlin', 'UTC', 'Asia/Kathmandu'].filter(isTimeZone)).toHaveLength(3);
  expect(['Europe/Nowhere', '+02:00', '', 'Berlin'].filter(isTimeZone)).toEqual([]);
});
