import type { UsageCause } from '@tollgate/schema';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { DeploymentState } from '../routing/deployment-state.ts';
import { addDeploymentMetrics } from './deployment-metrics.ts';
import { createHistogram, type Histogram } from './tally.ts';

export type NodeGauges = {
  readonly inFlight: () => number;
  readonly revision: () => number;
  readonly isLinked: () => boolean;
  readonly spoolBacklogBytes: () => number;
  readonly deployments: () => Iterable<DeploymentState>;
};

export type SettledLabels = { readonly model: string; readonly deployment: string; readonly cause: UsageCause };

/** Labels are bounded: names of the configuration, and codes. */
export type NodeMetrics = {
  settled(labels: SettledLabels, totalUs: number, overheadUs: number): void;
  refused(code: string): void;
  text(): Promise<string>;
};

const SECONDS_PER_US = 1e-6;
const TOTAL_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120];
const OVERHEAD_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1];

/**
 * What a node says of itself in Prometheus' text format. Requests are tallied by ourselves and turned into metrics when they
 * are asked for, because the library's own counters took 7 % of a request's time in a profile.
 */
export function createNodeMetrics(gauges: NodeGauges): NodeMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Map<string, { readonly labels: SettledLabels; count: number }>();
  const total = createHistogram(TOTAL_SECONDS);
  const overhead = createHistogram(OVERHEAD_SECONDS);
  new Counter({
    name: 'tollgate_requests_total',
    help: 'Admitted requests by how they ended',
    labelNames: ['model', 'deployment', 'cause'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, count } of requests.values()) this.inc(labels, count);
    },
  });
  const refusals = new Counter({
    name: 'tollgate_refusals_total',
    help: 'Requests that were not admitted, by error code',
    labelNames: ['code'],
    registers: [registry],
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('tollgate_requests_in_flight', 'Requests in flight', gauges.inFlight);
  gauge('tollgate_config_revision', 'The revision that this node enforces', gauges.revision);
  gauge('tollgate_fleet_linked', '1 while the node is linked to the control plane', () => (gauges.isLinked() ? 1 : 0));
  gauge('tollgate_spool_backlog_bytes', 'Bytes of usage that wait to be shipped', gauges.spoolBacklogBytes);

  addDeploymentMetrics(registry, gauges.deployments);

  return {
    settled(labels, totalUs, overheadUs) {
      const key = `${labels.model}\n${labels.deployment}\n${labels.cause}`;
      const entry = requests.get(key);
      if (entry === undefined) requests.set(key, { labels, count: 1 });
      else entry.count += 1;
      total.observe(totalUs * SECONDS_PER_US);
      overhead.observe(overheadUs * SECONDS_PER_US);
    },
    refused: (code) => refusals.inc({ code }),
    async text() {
      const histograms = [
        histogramText('tollgate_request_seconds', 'Time from arrival to the last byte', TOTAL_SECONDS, total),
        histogramText(
          'tollgate_overhead_seconds',
          'The part of it not spent waiting for the provider',
          OVERHEAD_SECONDS,
          overhead,
        ),
      ];
      return `${await registry.metrics()}\n${histograms.join('\n')}\n`;
    },
  };
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
function histogramText(name: string, help: string, bounds: readonly number[], histogram: Histogram): string {
  const { cumulative, sum, count } = histogram.read();
  const buckets = bounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${cumulative[index] ?? 0}`);
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} histogram`,
    ...buckets,
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
  ].join('\n');
}
