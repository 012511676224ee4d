import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { familiesOf, type MetricFamily } from '../metrics/metric-family.ts';

/** What a supervisor says of itself and of its workers as processes. */
export type SupervisorMetrics = {
  ended(how: { readonly wasServing: boolean; readonly wasAsked: boolean }): void;
  families(): Promise<readonly MetricFamily[]>;
};

export function createSupervisorMetrics(workers: { readonly wanted: number; serving(): number }): SupervisorMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'tollgate_workers',
    help: 'Worker processes that serve',
    registers: [registry],
    collect() {
      this.set(workers.serving());
    },
  });
  new Gauge({
    name: 'tollgate_workers_wanted',
    help: 'Worker processes that should serve',
    registers: [registry],
  }).set(workers.wanted);
  const exits = new Counter({
    name: 'tollgate_worker_exits_total',
    help: 'Worker processes that ended: asked to, by themselves while they served, or at their start',
    labelNames: ['when'],
    registers: [registry],
  });
  return {
    ended: ({ wasServing, wasAsked }) => exits.inc({ when: wasAsked ? 'asked' : wasServing ? 'serving' : 'start' }),
    families: () => familiesOf(registry),
  };
}
