import type { AttemptReason, Rates, RoutingChoice } from '@tollgate/schema';
import type { OwnerNames } from '../admission/owners.ts';
import type { KeyEntry } from '../config/config-index.ts';
import type { Coverage } from '../quota/coverage.ts';
import type { Pass } from '../quota/pass.ts';
import type { Deployment, Route } from '../routing/route.ts';
import type { RoutingRequest } from '../routing/strategies/strategy.ts';
import type { EarlierAttempt } from './attempt-details.ts';
import type { ChatRequest } from './chat-request.ts';

/** Instants of one exchange on a monotonic clock, microseconds; 0 is 'not yet'. */
export type Timeline = {
  readonly arrivedUs: number;
  /** The first call to a provider. */
  dispatchedUs: number;
};

/** One call to a provider. Instants are on the clock of `nowUs`; 0 is 'not yet'. */
export type Attempt = {
  /** That of a fallback if the model that was asked for could not serve. */
  readonly route: Route;
  readonly deployment: Deployment;
  readonly upstreamModel: string;
  readonly reason: AttemptReason;
  /** What it is charged with, by the revision under which it began; undefined if no price is known. */
  readonly rates: Rates | undefined;
  /** What it rests on at the quota gate. */
  readonly coverage: Coverage;
  startedUs: number;
  /** The size of the request, from which its input is estimated if the provider does not count. */
  sentBytes: number;
  /** The first byte of the answer's body. */
  firstByteUs: number;
  endedUs: number;
};

/** A request that was admitted: who asks, under which revision, for what, and where it goes. */
export type Exchange = {
  readonly id: string;
  /** The id of the exchange of which it is a copy. */
  readonly mirrorOf: string | undefined;
  readonly startedAtMs: number;
  readonly revision: number;
  readonly key: KeyEntry;
  readonly ownerNames: OwnerNames;
  readonly tags: readonly string[];
  readonly chat: ChatRequest;
  /** What providers are asked: the same, until a stream that broke off is to be gone on with. */
  sent: ChatRequest;
  /** Of a stream that was gone on with, the first byte of all; 0 for every other. */
  firstByteUs: number;
  /** For whom the client says in a header that it asks; empty if it does not. */
  readonly customer: string;
  /** The public name that was admitted: what the client asked for, or the default instead. */
  readonly model: string;
  /** What it has reserved of the quotas that count it. */
  readonly pass: Pass;
  /** What choices of deployments rest on. */
  readonly request: RoutingRequest;
  /** The route of what was asked for. */
  readonly asked: Route;
  /** See `Opening`. */
  readonly standIns: readonly Route[] | undefined;
  /** Calls to providers so far. */
  attempts: number;
  /** The last of them, or of two at once the one that the answer is expected of; before the first, where it will go. */
  attempt: Attempt;
  /** Those that are over and brought no answer; undefined if there are none. */
  earlier: EarlierAttempt[] | undefined;
  /** What the choices of their deployments rested on, but for those where there was none to make. */
  choices: RoutingChoice[] | undefined;
  /** Whether the next one waits for its time, so that nothing is under way. */
  isWaiting: boolean;
  readonly timeline: Timeline;
};

/** The public name that a route is counted and told as: of what was asked for the name that was admitted. */
export const modelOf = ({ asked, model }: Pick<Exchange, 'asked' | 'model'>, route: Route): string =>
  route === asked ? model : route.name;

/** An attempt that begins. */
export const toAttempt = (
  { route, deployment, upstreamModel }: Pick<Attempt, 'route' | 'deployment' | 'upstreamModel'>,
  reason: AttemptReason,
  { rates, coverage }: Pick<Attempt, 'rates' | 'coverage'>,
): Attempt => ({
  route,
  deployment,
  upstreamModel,
  reason,
  rates,
  coverage,
  startedUs: 0,
  sentBytes: 0,
  firstByteUs: 0,
  endedUs: 0,
});

export const nowUs = (): number => Math.round(performance.now() * 1_000);

/** The time that was not spent waiting for the provider: before the dispatch, and after the provider's last byte. */
export function overheadUs({ timeline, attempt }: Pick<Exchange, 'timeline' | 'attempt'>, atUs: number): number {
  const { arrivedUs, dispatchedUs } = timeline;
  if (dispatchedUs === 0) return atUs - arrivedUs;
  const afterUs = attempt.endedUs === 0 ? 0 : atUs - attempt.endedUs;
  return dispatchedUs - arrivedUs + afterUs;
}
