import { expect, test } from 'vitest';
import type { ClosedLoopResult, OpenLoopResult } from '../generator/job.ts';
import type { Measurements, Round } from '../measure/round.ts';
import { renderReport } from './render.ts';
import { summarize } from './summary.ts';

const latency = (p50: number, p99: number) => ({ count: 1000, p50, p90: p99, p99, max: p99 });

function closedRound(gateway: string, requests: number, gatewayCpuSeconds: number): Round<ClosedLoopResult> {
  const result = { requests, seconds: 2, failures: {}, latencyMs: latency(1, 2) };
  return { gateway, result, load: { gatewayCpuSeconds, wallSeconds: 2, otherCpus: 0.5 } };
}

function openRound(gateway: string, p50: number, p99: number, failures = {}): Round<OpenLoopResult> {
  const result = { requests: 1000, failures, latencyMs: latency(p50, p99), latenessMs: latency(0, 0) };
  return { gateway, result, load: { gatewayCpuSeconds: 0.04, wallSeconds: 2, otherCpus: 0.5 } };
}

const MEASURED: Measurements = {
  closed: [
    [closedRound('nginx', 80_000, 2), closedRound('tollgate', 40_000, 2)],
    [closedRound('nginx', 20_000, 2), closedRound('tollgate', 9_000, 2)],
    [closedRound('nginx', 60_000, 2), closedRound('tollgate', 33_000, 2)],
  ],
  open: [[openRound('direct', 0.25, 0.5), openRound('tollgate', 0.5, 1.25, { 'status 502': 3 })]],
  streams: [],
  memory: { tollgate: { idle: 80 * 1024 * 1024, peak: 120 * 1024 * 1024 } },
};

test('the share of nginx is the median of the shares of each round', () => {
  const [nginx, tollgate] = summarize(MEASURED).closed;
  expect(nginx).toMatchObject({
    shareOfNginx: 1,
    requestsPerSecond: 30_000,
    slowestRound: 10_000,
    fastestRound: 40_000,
  });
  expect(tollgate).toMatchObject({ shareOfNginx: 0.5, busyCpus: 1, cpuShareOfNginx: 0.5 });
});

test('added latency is what a percentile is above the same percentile of the direct case', () => {
  const [, tollgate] = summarize(MEASURED).open;
  expect(tollgate).toMatchObject({ addedP50Ms: 0.25, addedP99Ms: 0.75, cpuUsPerRequest: 40, failed: 3 });
});

test('the report names every candidate, shows a dash for what was not measured and warns of a busy machine', () => {
  const text = renderReport(MEASURED, summarize(MEASURED));
  expect(text).toMatch(/tollgate +16500 +4500-20000 +0\.50/);
  expect(text).toMatch(/tollgate +80\.0 +- +- +- +120\.0/);
  expect(text).toContain('0.50 CPUs were busy with something else');
});
