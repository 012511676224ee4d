import type { AttemptDetail } from '@tollgate/schema';
import { addMetered, type Metered } from '../usage/meter.ts';
import { type Attempt, type Exchange, modelOf } from './exchange.ts';
import type { AttemptEnding, Outcome } from './settle.ts';

/** An attempt of an exchange that brought no answer, while others did or may. */
export type EarlierAttempt = Pick<Attempt, 'coverage'> & { readonly detail: AttemptDetail; readonly metered: Metered };

/** An attempt that has ended, as its record tells of it. */
export function attemptDetailOf(
  exchange: Exchange,
  { route, deployment, upstreamModel, reason, startedUs, endedUs }: Attempt,
  { cause, status, errorCode }: AttemptEnding,
  { usage, costNanoUsd }: Metered,
): AttemptDetail {
  return {
    model: modelOf(exchange, route),
    deployment: deployment.name,
    providerName: deployment.providerName,
    upstreamModel,
    reason,
    cause,
    status,
    errorCode,
    startedUs: startedUs - exchange.timeline.arrivedUs,
    durationUs: Math.max(0, endedUs - startedUs),
    tokensInput: usage.input,
    tokensOutput: usage.output,
    costNanoUsd,
  };
}

/** All attempts of an exchange that took several or began at a fallback, in the order in which they began, with how its own ended; undefined for all others. */
export function attemptDetailsOf(exchange: Exchange, outcome: Outcome, last: Metered): AttemptDetail[] | undefined {
  const { earlier, isWaiting, attempt } = exchange;
  if (earlier === undefined && attempt.reason === 'first') return undefined;
  const details = earlier?.map(({ detail }) => detail) ?? [];
  if (!isWaiting) details.push(attemptDetailOf(exchange, attempt, outcome, last));
  // Of two at once, that which began last may have ended first.
  return details.sort((one, other) => one.startedUs - other.startedUs);
}

/** What an exchange used in all: each attempt that was paid is charged. */
export const withEarlier = ({ earlier }: Exchange, last: Metered): Metered =>
  earlier === undefined ? last : earlier.reduce((sum, { metered }) => addMetered(sum, metered), last);
