import type { CooldownPolicy } from '@tollgate/schema';
import { createProviderHealth, type ProviderHealth } from './provider-health.ts';
import { createSlidingCounts, type SlidingCounts } from './sliding-counts.ts';

/**
 * How an attempt ended, as far as it tells something of the deployment; `impatient` if whoever asked did not wait as long as its model says,
 * and `abandoned` if not for anything of the deployment's.
 */
export const attemptOutcomes = Object.freeze([
  'ok',
  'failed',
  'rate_limited',
  'misconfigured',
  'impatient',
  'abandoned',
] as const);
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/**
 * The circuit breaker of a deployment. Closed: all may call it. Open: nobody should, until a time. Half-open: that time has come, and one
 * attempt finds out; it closes the circuit, or opens it again for longer.
 */
export type Health = {
  /** What checks of the provider say; while it is down, nobody should call any of its deployments. */
  readonly provider: ProviderHealth;
  /** Milliseconds on a clock that never goes back; 0 while closed. */
  openUntilMs: number;
  /** When the provider itself last said that it should be left alone. */
  toldAtMs: number;
  /** How many times in a row it was opened. */
  trips: number;
  isProbing: boolean;
  readonly attempts: SlidingCounts;
  readonly failures: SlidingCounts;
};

export const createHealth = (provider = createProviderHealth()): Health => ({
  provider,
  openUntilMs: 0,
  toldAtMs: Number.NEGATIVE_INFINITY,
  trips: 0,
  isProbing: false,
  attempts: createSlidingCounts(),
  failures: createSlidingCounts(),
});

/** A provider that wants to be left alone for longer is asked once an hour. */
const RETRY_AFTER_MS_MAX = 3_600_000;

export const isAvailable = ({ provider, openUntilMs, isProbing }: Health, nowMs: number): boolean =>
  !provider.isDown && (openUntilMs === 0 || (nowMs >= openUntilMs && !isProbing));

/** Says that an attempt begins. @returns whether it is the one that finds out */
export function beginAttempt(health: Health, nowMs: number): boolean {
  if (health.openUntilMs === 0 || nowMs < health.openUntilMs || health.isProbing) return false;
  health.isProbing = true;
  return true;
}

/**
 * Says how an attempt ended.
 * @param retryAfterMs what the provider asked for; 0 if nothing
 * @returns whether it opened the circuit
 */
export function endAttempt(
  health: Health,
  policy: CooldownPolicy,
  attempt: {
    readonly outcome: AttemptOutcome;
    readonly beganMs: number;
    readonly isProbe: boolean;
    readonly retryAfterMs: number;
  },
  nowMs: number,
): boolean {
  const { outcome, beganMs, isProbe, retryAfterMs } = attempt;
  if (isProbe) health.isProbing = false;
  if (outcome === 'abandoned' || outcome === 'impatient') return false;
  health.attempts.add(1, nowMs);
  if (outcome === 'ok') {
    // Whoever called it while it was open for lack of another found out as well; who began before the provider said so did not.
    if (health.openUntilMs !== 0 && beganMs >= health.toldAtMs) close(health);
    return false;
  }
  health.failures.add(1, nowMs);
  if (!policy.isOn) return false;
  if (outcome !== 'failed') health.toldAtMs = nowMs;
  if (outcome === 'rate_limited' && retryAfterMs > 0)
    return openFor(health, Math.min(retryAfterMs, RETRY_AFTER_MS_MAX), nowMs);
  // Attempts that began before it was opened, or for lack of another, tell nothing new.
  if (health.openUntilMs !== 0 && !isProbe) return false;
  if (outcome === 'failed' && !isProbe && !isFailing(health, policy, nowMs)) return false;
  return openFor(health, Math.min(policy.timeMsMax, policy.timeMs * 2 ** health.trips), nowMs);
}

function isFailing(
  { attempts, failures }: Health,
  { failureShare, attemptsMin }: CooldownPolicy,
  nowMs: number,
): boolean {
  const all = attempts.sum(nowMs);
  return all >= attemptsMin && failures.sum(nowMs) >= all * failureShare;
}

function openFor(health: Health, timeMs: number, nowMs: number): boolean {
  const untilMs = nowMs + timeMs;
  if (untilMs <= health.openUntilMs) return false;
  const wasOpen = nowMs < health.openUntilMs;
  health.openUntilMs = untilMs;
  if (!wasOpen) health.trips += 1;
  return !wasOpen;
}

/** Its past is forgotten: the failures that opened it would open it again at the next one. */
function close(health: Health): void {
  health.openUntilMs = 0;
  health.trips = 0;
  health.attempts.clear();
  health.failures.clear();
}
