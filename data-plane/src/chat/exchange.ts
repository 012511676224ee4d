import type { Rates } from '@tollgate/schema';
import type { OwnerNames } from '../admission/owners.ts';
import type { KeyEntry } from '../config/config-index.ts';
import type { Pass } from '../quota/quota-gate.ts';
import type { Deployment, Route } from '../routing/route.ts';
import type { ChatRequest } from './chat-request.ts';

/** Instants of one exchange on a monotonic clock, microseconds; 0 is 'not yet'. */
export type Timeline = {
  readonly arrivedUs: number;
  dispatchedUs: number;
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
  /** The public name that was admitted: what the client asked for, or the default instead. */
  readonly model: string;
  readonly route: Route;
  readonly deployment: Deployment;
  readonly upstreamModel: string;
  /** What it has reserved of the quotas that count it. */
  readonly pass: Pass;
  /** What it is charged with, by the same revision; undefined if no price is known. */
  readonly rates: Rates | undefined;
  readonly timeline: Timeline;
};

export const nowUs = (): number => Math.round(performance.now() * 1_000);

/** The time that was not spent waiting for the provider: before the dispatch, and after the provider's last byte. */
export function overheadUs({ arrivedUs, dispatchedUs, upstreamEndedUs }: Timeline, atUs: number): number {
  if (dispatchedUs === 0) return atUs - arrivedUs;
  const afterUs = upstreamEndedUs === 0 ? 0 : atUs - upstreamEndedUs;
  return dispatchedUs - arrivedUs + afterUs;
}
