import { Counter, Gauge, type Registry } from 'prom-client';
import { nowUs } from '../chat/exchange.ts';
import type { DeploymentState } from '../routing/deployment-state.ts';
import { attemptOutcomes, isAvailable } from '../routing/health.ts';

const LABELS = ['model', 'deployment'] as const;

/**
 * What the node has seen of each deployment, read when it is asked for. Labels are names of the configuration, and outcomes. Of
 * two revisions' deployments of the same name the figures are added up.
 */
export function addDeploymentMetrics(registry: Registry, deployments: () => Iterable<DeploymentState>): void {
  const registers = [registry];
  new Counter({
    name: 'tollgate_attempts_total',
    help: 'Calls to providers by how they ended',
    labelNames: [...LABELS, 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { model, deployment, outcomes } of deployments())
        for (const outcome of attemptOutcomes) {
          if (outcomes[outcome] > 0) this.inc({ model, deployment, outcome }, outcomes[outcome]);
        }
    },
  });
  new Counter({
    name: 'tollgate_cooldowns_total',
    help: 'How often a deployment was left alone for a while',
    labelNames: LABELS,
    registers,
    collect() {
      this.reset();
      for (const { model, deployment, cooldowns } of deployments()) this.inc({ model, deployment }, cooldowns);
    },
  });
  const gauge = (name: string, help: string, read: (state: DeploymentState, nowMs: number) => number) =>
    new Gauge({
      name,
      help,
      labelNames: LABELS,
      registers,
      collect() {
        this.reset();
        const nowMs = nowUs() / 1_000;
        for (const state of deployments())
          this.inc({ model: state.model, deployment: state.deployment }, read(state, nowMs));
      },
    });
  gauge('tollgate_attempts_in_flight', 'Calls to providers that are under way', ({ inFlight }) => inFlight);
  gauge('tollgate_deployment_cooling', '1 while a deployment is left alone', ({ health }, nowMs) =>
    isAvailable(health, nowMs) ? 0 : 1,
  );
}
