import type { UsageCause } from '@tollgate/schema';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type NodeGauges = {
  readonly inFlight: () => number;
  readonly revision: () => number;
  readonly isLinked: () => boolean;
  readonly spoolBacklogBytes: () => number;
};

/** Labels are bounded: names of the configuration, and codes. */
export type NodeMetrics = {
  settled(
    labels: { readonly model: string; readonly deployment: string; readonly cause: UsageCause },
    totalUs: number,
    overheadUs: number,
  ): void;
  refused(code: string): void;
  text(): Promise<string>;
};

const SECONDS_PER_US = 1e-6;

export function createNodeMetrics(gauges: NodeGauges): NodeMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'tollgate_requests_total',
    help: 'Admitted requests by how they ended',
    labelNames: ['model', 'deployment', 'cause'],
    registers,
  });
  const refusals = new Counter({
    name: 'tollgate_refusals_total',
    help: 'Requests that were not admitted, by error code',
    labelNames: ['code'],
    registers,
  });
  const total = new Histogram({
    name: 'tollgate_request_seconds',
    help: 'Time from arrival to the last byte',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120],
    registers,
  });
  const overhead = new Histogram({
    name: 'tollgate_overhead_seconds',
    help: 'The part of it not spent waiting for the provider',
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('tollgate_requests_in_flight', 'Requests in flight', gauges.inFlight);
  gauge('tollgate_config_revision', 'The revision that this node enforces', gauges.revision);
  gauge('tollgate_fleet_linked', '1 while the node is linked to the control plane', () => (gauges.isLinked() ? 1 : 0));
  gauge('tollgate_spool_backlog_bytes', 'Bytes of usage that wait to be shipped', gauges.spoolBacklogBytes);

  return {
    settled(labels, totalUs, overheadUs) {
      requests.inc(labels);
      total.observe(totalUs * SECONDS_PER_US);
      overhead.observe(overheadUs * SECONDS_PER_US);
    },
    refused: (code) => refusals.inc({ code }),
    text: () => registry.metrics(),
  };
}
