import type { AttemptDetail } from '@tollgate/schema';
import { addMetered, type Metered } from '../usage/meter.ts';
import type { Exchange } from './exchange.ts';
import type { Outcome } from './settle.ts';

/** An attempt of an exchange that others followed. */
export type EarlierAttempt = { readonly detail: AttemptDetail; readonly metered: Metered };

/** The attempt under way, as its record tells of it; it ends now. */
export function attemptDetailOf(
  exchange: Exchange,
  { cause, status, errorCode }: Pick<Outcome, 'cause' | 'status' | 'errorCode'>,
  { usage, costNanoUsd }: Metered,
): AttemptDetail {
  const { asked, route, model, deployment, upstreamModel, attemptReason, attemptStartedUs, timeline } = exchange;
  return {
    model: route === asked ? model : route.name,
    deployment: deployment.name,
    providerName: deployment.providerName,
    upstreamModel,
    reason: attemptReason,
    cause,
    status,
    errorCode,
    startedUs: attemptStartedUs - timeline.arrivedUs,
    durationUs: Math.max(0, timeline.upstreamEndedUs - attemptStartedUs),
    tokensInput: usage.input,
    tokensOutput: usage.output,
    costNanoUsd,
  };
}

/** All attempts of an exchange that took several or began at a fallback, with how the last one ended; undefined for all others. */
export function attemptDetailsOf(exchange: Exchange, outcome: Outcome, last: Metered): AttemptDetail[] | undefined {
  const { earlier, isWaiting, attemptReason } = exchange;
  if (earlier === undefined && attemptReason === 'first') return undefined;
  const details = earlier?.map(({ detail }) => detail) ?? [];
  return isWaiting ? details : [...details, attemptDetailOf(exchange, outcome, last)];
}

/** What an exchange used in all: each attempt that was paid is charged. */
export const withEarlier = ({ earlier }: Exchange, last: Metered): Metered =>
  earlier === undefined ? last : earlier.reduce((sum, { metered }) => addMetered(sum, metered), last);
