import { type AttemptOutcome, beginAttempt, endAttempt } from './health.ts';
import type { Deployment, Route } from './route.ts';

/** An attempt whose deployment learns from it. */
export type WatchedAttempt = {
  /** To be said once. @param retryAfterMs what the provider asked for; 0 if nothing */
  end(outcome: AttemptOutcome, nowMs: number, retryAfterMs: number): void;
};

/** Notes in its deployment's state that an attempt begins, and how it ends. Times are on a clock that never goes back. */
export function watchAttempt({ cooldown }: Route, { state }: Deployment, nowMs: number): WatchedAttempt {
  state.inFlight += 1;
  const isProbe = beginAttempt(state.health, nowMs);
  return {
    end(outcome, endedMs, retryAfterMs) {
      state.inFlight -= 1;
      state.outcomes[outcome] += 1;
      if (endAttempt(state.health, cooldown, { outcome, isProbe, retryAfterMs }, endedMs)) state.cooldowns += 1;
    },
  };
}
