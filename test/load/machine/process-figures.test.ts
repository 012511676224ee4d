import { expect, test } from 'vitest';
import { parseCpuSeconds, parseMachineCpuSeconds, parseMemory, parseReapedCpuSeconds } from './process-figures.ts';

const STAT = '4711 (a (strange) name) S 1 4711 4711 0 -1 4194304 900 0 0 0 250 150 700 50 20 0 11 0 5000 1000 200';

test("CPU time is the sum of user and system time, whatever the program's name contains", () => {
  expect(parseCpuSeconds(STAT)).toBe(4);
  expect(parseReapedCpuSeconds(STAT)).toBe(7.5);
});

test('the machine is busy with everything but being idle and waiting for I/O', () => {
  expect(parseMachineCpuSeconds('cpu  100 10 200 9999 8888 30 40 50 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n')).toBe(4.3);
});

test('memory is read in bytes', () => {
  expect(parseMemory('Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n')).toEqual({
    rssBytes: 1024 * 1024,
    peakRssBytes: 2048 * 1024,
  });
});
