import type { AttemptOutcome } from '../routing/health.ts';
import { watchAttempt } from '../routing/watch-attempt.ts';
import type { Upstream, UpstreamCall } from '../upstream/upstream.ts';
import type { AnswerReader, AttemptProgress } from './answering.ts';
import type { Attempt, Exchange } from './exchange.ts';
import type { Target } from './target.ts';

/** A call to a provider that is under way. */
export type RunningAttempt = UpstreamCall & {
  readonly attempt: Attempt;
  progress(): AttemptProgress;
  /** Tells its deployment how it ended. Only the first word counts. */
  end(outcome: AttemptOutcome, progress: AttemptProgress, retryAfterMs?: number): void;
};

/** Calls a provider; nothing of the answer comes before this has returned. */
export function runAttempt(
  upstream: Upstream,
  { id, sent: chat, request }: Exchange,
  attempt: Attempt,
  { body }: Target,
  reader: AnswerReader,
): RunningAttempt {
  const { route, deployment, startedUs } = attempt;
  const watched = watchAttempt(route, deployment, request, startedUs / 1_000);
  const timeouts = chat.stream ? route.streamTimeouts : route.wholeTimeouts;
  const call = upstream.dispatch({ requestId: id, deployment, chat, body, timeouts }, reader);
  let isEnded = false;

  return {
    attempt,
    progress: reader.progress,
    cancel: call.cancel,
    pause: call.pause,
    resume: call.resume,
    end(outcome, { usage, contentEvents }, retryAfterMs = 0) {
      if (isEnded) return;
      isEnded = true;
      watched.end({
        outcome,
        retryAfterMs,
        firstByteMs: attempt.firstByteUs / 1_000,
        endedMs: attempt.endedUs / 1_000,
        inputTokens: usage?.input ?? 0,
        outputTokens: usage?.output ?? contentEvents,
      });
    },
  };
}
