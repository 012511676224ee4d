import type { Route } from '../routing/route.ts';
import type { Attempt } from './exchange.ts';

/**
 * Whether a call that was not answered in time was given less of it than its model says, by whoever asks. Then it tells nothing of the
 * deployment: else those who do not wait could take it from all others.
 */
export function isImpatient(
  { route, firstByteUs }: Pick<Attempt, 'route' | 'firstByteUs'>,
  isStream: boolean,
): boolean {
  const [own, models] = isStream
    ? [route.streamTimeouts, route.patience.streamTimeouts]
    : [route.wholeTimeouts, route.patience.wholeTimeouts];
  if (firstByteUs > 0) return own.idleMs < models.idleMs;
  return own.firstTokenMs < models.firstTokenMs || own.connectMs < models.connectMs;
}

/** The same of the time for all of a request. */
export const isImpatientInAll = ({ totalMs = Number.POSITIVE_INFINITY, patience }: Route): boolean =>
  totalMs < (patience.totalMs ?? Number.POSITIVE_INFINITY);
