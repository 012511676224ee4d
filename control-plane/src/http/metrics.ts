import { quotaUnits } from '@tollgate/schema';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CommitResult } from '../change-set/carry-out.ts';
import type { LinkRecord } from '../fleet/node-link-record.ts';
import type { Drift } from '../quota/reconcile-quotas.ts';

export type Metrics = {
  /** In the text format of Prometheus. */
  render(): Promise<string>;
  readonly contentType: string;
  observeRevision(revision: number): void;
  /** By how much the quota authority and the usage records differed. */
  observeDrift(drift: Drift): void;
  /** Counts and times a commit, of whatever it is. */
  measured(commit: () => Promise<CommitResult>): Promise<CommitResult>;
};

/** Metrics of this process; labels hold names of nodes, never a secret. */
export function createMetrics(linked: () => readonly LinkRecord[]): Metrics {
  const registry = new Registry();
  const nodes = () => linked().filter(({ leftAt }) => leftAt === null);
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const revision = new Gauge({
    name: 'tollgate_control_revision',
    help: 'The newest revision that this replica knows.',
    registers,
  });
  const drift = new Gauge({
    name: 'tollgate_quota_drift',
    help: 'By how much the quota authority and the usage records differed when this replica last compared them, in the unit.',
    labelNames: ['unit'],
    registers,
  });
  let latest = 0;
  new Gauge({
    name: 'tollgate_control_nodes_connected',
    help: 'Nodes that are linked to this replica.',
    registers,
    collect() {
      this.set(nodes().length);
    },
  });
  new Gauge({
    name: 'tollgate_control_node_lag_events',
    help: 'By how many events a linked node is behind the newest revision.',
    labelNames: ['node'],
    registers,
    collect() {
      this.reset();
      for (const { nodeId, revision } of nodes()) this.set({ node: nodeId }, Math.max(0, latest - revision));
    },
  });
  const commits = new Counter({
    name: 'tollgate_control_change_sets_total',
    help: 'Change sets that were to be committed, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'tollgate_control_commit_seconds',
    help: 'Time to validate a change set, append its events and project them.',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });

  return {
    render: () => registry.metrics(),
    contentType: registry.contentType,
    observeRevision(value) {
      latest = Math.max(latest, value);
      revision.set(latest);
    },
    observeDrift(found) {
      for (const unit of quotaUnits) drift.set({ unit }, found[unit]);
    },
    async measured(commit) {
      const stop = seconds.startTimer();
      try {
        const result = await commit();
        const outcome = result.committed ? 'committed' : result.problems.length > 0 ? 'refused' : 'unchanged';
        commits.inc({ outcome });
        return result;
      } catch (error) {
        commits.inc({ outcome: 'failed' });
        throw error;
      } finally {
        stop();
      }
    },
  };
}
