import { type AttemptOutcome, beginAttempt, endAttempt } from './health.ts';
import { learnAnswer, learnFailure, type TimedAnswer } from './latency.ts';
import type { Deployment, Route } from './route.ts';
import { expectedInput, expectedOutput } from './strategies/expected-tokens.ts';
import type { RoutingRequest } from './strategies/strategy.ts';

/** How an attempt ended; instants in milliseconds on a clock that never goes back. */
export type AttemptEnd = {
  readonly outcome: AttemptOutcome;
  /** What the provider asked for; 0 if nothing. */
  readonly retryAfterMs: number;
  /** 0 if none came. */
  readonly firstByteMs: number;
  readonly endedMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/** An attempt whose deployment learns from it. */
export type WatchedAttempt = {
  /** To be said once. */
  end(end: AttemptEnd): void;
};

/** Notes in its deployment's state that an attempt begins, and how it ends. */
export function watchAttempt(
  { cooldown }: Route,
  { state }: Deployment,
  { chat }: RoutingRequest,
  startedMs: number,
): WatchedAttempt {
  const isProbe = beginAttempt(state.health, startedMs);
  const { latency: learnsLatency, usage: learnsUsage } = state.learns;
  let tokensCounted = 0;
  state.inFlight += 1;
  if (learnsUsage) {
    tokensCounted = expectedInput(chat) + expectedOutput(chat);
    state.requests.add(1, startedMs);
    state.tokens.add(tokensCounted, startedMs);
  }

  function learn({ outcome, firstByteMs, endedMs, inputTokens, outputTokens }: AttemptEnd): void {
    if (learnsUsage) state.tokens.add(inputTokens + outputTokens - tokensCounted, endedMs);
    if (!learnsLatency || outcome === 'abandoned') return;
    const answer: TimedAnswer = { isStream: chat.stream, startedMs, firstByteMs, endedMs, outputTokens };
    if (outcome === 'ok' && outputTokens > 0) learnAnswer(state.latency, answer);
    else if (outcome === 'failed' || outcome === 'impatient') learnFailure(state.latency, answer, outcome);
  }

  return {
    end(end) {
      state.inFlight -= 1;
      state.outcomes[end.outcome] += 1;
      const { outcome, retryAfterMs, endedMs } = end;
      if (endAttempt(state.health, cooldown, { outcome, beganMs: startedMs, isProbe, retryAfterMs }, endedMs))
        state.cooldowns += 1;
      if (learnsLatency || learnsUsage) learn(end);
    },
  };
}
