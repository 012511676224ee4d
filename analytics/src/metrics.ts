import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export const consumerStates = ['off', 'connecting', 'running', 'backing_off', 'stopped'] as const;
export type ConsumerState = (typeof consumerStates)[number];

export type Metrics = {
  readonly registry: Registry;
  readonly segments: Counter<'outcome'>;
  readonly records: Counter;
  readonly rejected: Counter<'unit'>;
  readonly retries: Counter<'path'>;
  readonly insertSeconds: Histogram;
  setConsumerState(state: ConsumerState): void;
};

const PREFIX = 'tollgate_analytics_';
const INSERT_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const consumerState = new Gauge({
    name: `${PREFIX}consumer_state`,
    help: 'The state of the Kafka consumer: 1 for the one it is in, 0 for the others',
    labelNames: ['state'],
    registers,
  });
  const metrics: Metrics = {
    registry,
    segments: new Counter({
      name: `${PREFIX}segments_total`,
      help: 'Segments acknowledged by ClickHouse; repeated ones had been stored before',
      labelNames: ['outcome'],
      registers,
    }),
    records: new Counter({ name: `${PREFIX}records_total`, help: 'Usage records stored', registers }),
    rejected: new Counter({
      name: `${PREFIX}rejected_total`,
      help: 'Lines and whole messages that were not understood and are kept in usage_rejected',
      labelNames: ['unit'],
      registers,
    }),
    retries: new Counter({
      name: `${PREFIX}retries_total`,
      help: 'Attempts to store a segment that failed and were repeated, by the path it came on',
      labelNames: ['path'],
      registers,
    }),
    insertSeconds: new Histogram({
      name: `${PREFIX}insert_seconds`,
      help: 'Time to store a new segment, from the first look to the acknowledgement',
      buckets: INSERT_SECONDS,
      registers,
    }),
    setConsumerState(state) {
      for (const name of consumerStates) consumerState.set({ state: name }, name === state ? 1 : 0);
    },
  };
  metrics.setConsumerState('off');
  return metrics;
}
