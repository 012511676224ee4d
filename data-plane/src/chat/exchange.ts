import type { AttemptReason, Rates, RoutingChoice } from '@tollgate/schema';
import type { OwnerNames } from '../admission/owners.ts';
import type { KeyEntry } from '../config/config-index.ts';
import type { Pass } from '../quota/quota-gate.ts';
import type { Deployment, Route } from '../routing/route.ts';
import type { RoutingRequest } from '../routing/strategies/strategy.ts';
import type { EarlierAttempt } from './attempt-details.ts';
import type { ChatRequest } from './chat-request.ts';

/** Instants of one exchange on a monotonic clock, microseconds; 0 is 'not yet'. */
export type Timeline = {
  readonly arrivedUs: number;
  /** The first call to a provider. */
  dispatchedUs: number;
  /** The last two are of the attempt under way. */
  firstByteUs: number;
  upstreamEndedUs: number;
};

/** A request that was admitted: who asks, under which revision, for what, and where it goes. */
export type Exchange = {
  readonly id: string;
  readonly startedAtMs: number;
  readonly revision: number;
  readonly key: KeyEntry;
  readonly ownerNames: OwnerNames;
  readonly tags: readonly string[];
  readonly chat: ChatRequest;
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
  /** Calls to providers so far. */
  attempts: number;
  /** The last of them: why it was made, and when, on the clock of `nowUs`. */
  attemptReason: AttemptReason;
  attemptStartedUs: number;
  /** Those before it; undefined if there are none. */
  earlier: EarlierAttempt[] | undefined;
  /** What the choices of their deployments rested on, but for those where there was none to make. */
  choices: RoutingChoice[] | undefined;
  /** Whether the next one waits for its time, so that nothing is under way. */
  isWaiting: boolean;
  /** Where the last of them went; before the first, where it will go. The route is that of a fallback if `asked` could not serve. */
  route: Route;
  deployment: Deployment;
  upstreamModel: string;
  /** What the attempt is charged with, by the revision under which it began; undefined if no price is known. */
  rates: Rates | undefined;
  readonly timeline: Timeline;
};

export const nowUs = (): number => Math.round(performance.now() * 1_000);

/** The time that was not spent waiting for the provider: before the dispatch, and after the provider's last byte. */
export function overheadUs({ arrivedUs, dispatchedUs, upstreamEndedUs }: Timeline, atUs: number): number {
  if (dispatchedUs === 0) return atUs - arrivedUs;
  const afterUs = upstreamEndedUs === 0 ? 0 : atUs - upstreamEndedUs;
  return dispatchedUs - arrivedUs + afterUs;
}
