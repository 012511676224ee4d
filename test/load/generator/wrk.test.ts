import { expect, test } from 'vitest';
import { parseWrkOutput, wrkScript } from './wrk.ts';

test("wrk's line of figures is found among its other output, with microseconds turned into milliseconds", () => {
  const line =
    'RESULT {"requests":90000,"us":3000000,"connect":0,"read":2,"write":0,"timeout":0,"status":7,"p50":1500,"p90":2000,"p99":4250,"max":9000}';
  expect(parseWrkOutput(`Running 3s test\n  Latency 1ms\n${line}\n`)).toEqual({
    requests: 90_000,
    seconds: 3,
    failures: { read: 2, status: 7 },
    latencyMs: { count: 90_000, p50: 1.5, p90: 2, p99: 4.25, max: 9 },
  });
});

test('a run of wrk without figures is an error', () => {
  expect(() => parseWrkOutput('unable to connect')).toThrow(/wrk gave no figures but: unable to connect/);
});

test('no text of the request can end a string of the Lua script', () => {
  const script = wrkScript({ host: 'h', port: 1, path: '/', apiKey: 'a"\n]]\\', model: 'm' });
  expect(script).toContain('"Bearer a\\034\\010\\093\\093\\092"');
});
