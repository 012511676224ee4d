import { createHash } from 'node:crypto';
import { type AttemptOutcome, createHealth, type Health } from './health.ts';
import { createLatency, type Latency } from './latency.ts';
import { createProviderHealth, createProviderHealths, type ProviderHealths } from './provider-health.ts';
import { createSlidingCounts, type SlidingCounts } from './sliding-counts.ts';
import type { Strategy } from './strategies/strategy.ts';

/** What a node has seen of a deployment; changes with each attempt. */
export type DeploymentState = {
  readonly model: string;
  readonly deployment: string;
  /** Attempts under way. */
  inFlight: number;
  readonly health: Health;
  /** What it has gained in the round robin. */
  turn: number;
  /** Whether attempts teach what a strategy looks at: its model's, or that of somebody who asks for it. */
  readonly learns: { latency: boolean; usage: boolean };
  /** Learned for strategies that look at it. */
  readonly latency: Latency;
  readonly requests: SlidingCounts;
  readonly tokens: SlidingCounts;
  /** Attempts that ended, by how. */
  readonly outcomes: Record<AttemptOutcome, number>;
  /** How often its circuit was opened. */
  cooldowns: number;
};

export const createDeploymentState = (
  model: string,
  deployment: string,
  provider = createProviderHealth(),
): DeploymentState => ({
  model,
  deployment,
  inFlight: 0,
  health: createHealth(provider),
  turn: 0,
  learns: { latency: false, usage: false },
  latency: createLatency(),
  requests: createSlidingCounts(),
  tokens: createSlidingCounts(),
  outcomes: { ok: 0, failed: 0, rate_limited: 0, misconfigured: 0, impatient: 0, abandoned: 0 },
  cooldowns: 0,
});

/** What makes a deployment the one that it was: where it is and what is asked there with which credential. */
export type DeploymentIdentity = {
  readonly model: string;
  readonly deployment: string;
  readonly provider: string;
  readonly origin: string;
  readonly path: string;
  readonly upstreamModel: string;
  readonly headers: readonly string[];
  readonly mock: object | undefined;
};

/** Has all attempts teach what a strategy looks at, whoever makes them, until the state is asked for anew. */
export function learnFor({ learns }: DeploymentState, strategy: Pick<Strategy, 'learns'>): void {
  if (strategy.learns !== 'nothing') learns[strategy.learns] = true;
}

/** States by deployment. One that a new revision leaves as it was keeps its own, and is told anew what strategies look at. */
export type DeploymentStates = {
  of(identity: DeploymentIdentity): DeploymentState;
  all(): Iterable<DeploymentState>;
};

/** Far more than are in use at a time; beyond it those that were not asked for the longest are forgotten. */
const STATES_MAX = 5_000;

/** @param providers whose health those of their deployments share */
export function createDeploymentStates(providers: ProviderHealths = createProviderHealths()): DeploymentStates {
  const states = new Map<string, DeploymentState>();
  return {
    of(identity) {
      // By its hash, as the headers hold a credential.
      const key = createHash('sha256').update(JSON.stringify(identity)).digest('base64');
      const { model, deployment, provider } = identity;
      const state = states.get(key) ?? createDeploymentState(model, deployment, providers.of(provider));
      state.learns.latency = false;
      state.learns.usage = false;
      states.delete(key);
      states.set(key, state);
      const [oldest] = states.keys();
      if (states.size > STATES_MAX && oldest !== undefined) states.delete(oldest);
      return state;
    },
    all: () => states.values(),
  };
}
