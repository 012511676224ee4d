import type { AttemptOutcome } from '../routing/health.ts';
import { causeOf } from './answer.ts';
import { attemptDetailOf, type EarlierAttempt } from './attempt-details.ts';
import { type Exchange, nowUs } from './exchange.ts';
import type { Failure } from './failure.ts';
import type { RunningAttempt } from './running-attempt.ts';
import { type AttemptEnding, meterAttempt } from './settle.ts';

export const HTTP_CLIENT_CLOSED_REQUEST = 499;

/** An attempt that ended while the exchange goes on. */
export function toEarlier(
  exchange: Exchange,
  { attempt, progress }: RunningAttempt,
  ending: AttemptEnding,
): EarlierAttempt {
  const metered = meterAttempt(attempt, { cause: ending.cause, ...progress() });
  return { coverage: attempt.coverage, detail: attemptDetailOf(exchange, attempt, ending, metered), metered };
}

export function noteEarlier(exchange: Exchange, ended: EarlierAttempt): void {
  exchange.earlier ??= [];
  exchange.earlier.push(ended);
}

/** Ends an attempt that is under way beside another. */
export function drop(
  exchange: Exchange,
  running: RunningAttempt,
  outcome: AttemptOutcome,
  ending: AttemptEnding,
): void {
  running.cancel();
  running.attempt.endedUs ||= nowUs();
  running.end(outcome, running.progress());
  noteEarlier(exchange, toEarlier(exchange, running, ending));
}

/** What is told of an attempt that was dropped because another answered first. */
export const CANCELLED: AttemptEnding = { cause: 'cancelled', status: HTTP_CLIENT_CLOSED_REQUEST, errorCode: '' };

/** How an attempt ended that failed. */
export const toEnding = ({ error, status }: Failure) => ({ cause: causeOf(error), status, errorCode: error.code });
