import { formatUsd, type GatewayError, type UsageCause } from '@tollgate/schema';
import { type HeaderList, JSON_HEADERS } from '../http/client-response.ts';
import type { AttemptOutcome } from '../routing/health.ts';
import { type WatchedAttempt, watchAttempt } from '../routing/watch-attempt.ts';
import type { UpstreamCall } from '../upstream/upstream.ts';
import {
  type AnswerDeps,
  type AnswerTask,
  causeOf,
  errorEvent,
  exchangeHeaders,
  NOT_RECORDED,
  type RunningAnswer,
  retryAfterHeader,
  SHUTTING_DOWN,
} from './answer.ts';
import type { Answering, AnswerReader, AttemptProgress } from './answering.ts';
import { attemptDetailOf } from './attempt-details.ts';
import { type AttemptPlan, createAttemptPlan, type NextAttempt } from './attempt-plan.ts';
import { nowUs, overheadUs } from './exchange.ts';
import { type Failure, isRetryable, outcomeOf, refusalOf, retryAfterMs, toFailure } from './failure.ts';
import { readStream } from './read-stream.ts';
import { readWhole } from './read-whole.ts';
import { meterOutcome, type Outcome, type Settlement, settle } from './settle.ts';
import { stoppedStream } from './stopped-stream.ts';
import type { Target } from './target.ts';

const STREAM_HEADERS: HeaderList = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];

const NOTHING_USED: AttemptProgress = { usage: undefined, contentEvents: 0 };
const HTTP_CLIENT_CLOSED_REQUEST = 499;

/**
 * Answers an exchange: calls its provider, and others while nothing was passed on and the policy has more attempts, and ends it once,
 * with one record, whatever comes first of an answer, a failure, the client's leaving and the node's shutdown.
 * A crash before the record leaves neither record nor answer; one after it may leave a record whose answer did not arrive.
 */
export function answerExchange(deps: AnswerDeps, task: AnswerTask): RunningAnswer {
  const { exchange, response } = task;
  const { timeline, chat } = exchange;
  let call: UpstreamCall | undefined;
  let reader: AnswerReader | undefined;
  let plan: AttemptPlan | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let overdue: NodeJS.Timeout | undefined;
  let watched: WatchedAttempt | undefined;
  let hasStarted = false;
  let isOver = false;

  function attempt({ route, deployment, upstreamModel, dialect, body }: Target, atUs: number): void {
    exchange.attempts += 1;
    exchange.attemptStartedUs = atUs;
    exchange.isWaiting = false;
    watched = watchAttempt(route, deployment, exchange.request, atUs / 1_000);
    exchange.route = route;
    exchange.deployment = deployment;
    exchange.upstreamModel = upstreamModel;
    reader = chat.stream ? readStream(answering, dialect) : readWhole(answering, dialect);
    const timeouts = chat.stream ? route.streamTimeouts : route.wholeTimeouts;
    call = deps.upstream.dispatch({ requestId: exchange.id, deployment, chat, body, timeouts }, reader);
  }

  /** Whether another attempt follows. */
  function attemptAnew(failure: Failure): boolean {
    const refusal = refusalOf(failure);
    if (hasStarted || (refusal === undefined && !isRetryable(failure))) return false;
    plan ??= createAttemptPlan(deps, exchange, task.mayUse);
    const nowMs = timeline.upstreamEndedUs / 1_000;
    const next =
      refusal === undefined
        ? plan.next(retryAfterMs(failure.retryAfter, Date.now()), nowMs)
        : plan.nextAfterRefusal(refusal, nowMs);
    if (next === undefined) return false;
    call = undefined;
    noteEarlier(failure);
    exchange.isWaiting = true;
    if (next.delayMs === 0) again(next);
    else waiting = setTimeout(again, next.delayMs, next);
    return true;
  }

  function noteEarlier({ error, status }: Failure): void {
    const cause = causeOf(error);
    const metered = meterOutcome(exchange, { cause, ...progress() });
    const detail = attemptDetailOf(exchange, { cause, status, errorCode: error.code }, metered);
    exchange.earlier ??= [];
    exchange.earlier.push({ detail, metered });
  }

  function again({ target, reason, choice }: NextAttempt): void {
    if (choice !== undefined) {
      exchange.choices ??= [];
      exchange.choices.push(choice);
    }
    timeline.firstByteUs = 0;
    timeline.upstreamEndedUs = 0;
    exchange.attemptReason = reason;
    // Those of the first attempt came with its admission.
    exchange.rates = deps.prices.ratesFor(target.deployment, target.upstreamModel, exchange.startedAtMs);
    attempt(target, nowUs());
  }

  function finish(outcome: Outcome, send: (settlement: Settlement) => void): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(waiting);
    clearTimeout(overdue);
    timeline.upstreamEndedUs ||= nowUs();
    endAttempt(outcome.cause === 'completed' ? 'ok' : 'abandoned', outcome);
    settle(deps, exchange, outcome, (settlement, error) => {
      if (error) sendFailure(toFailure(NOT_RECORDED), settlement);
      else send(settlement);
      task.onSettled(outcome.cause);
    });
  }

  /** Only the first word on an attempt counts. */
  function endAttempt(outcome: AttemptOutcome, { usage, contentEvents } = NOTHING_USED, waitMs = 0): void {
    watched?.end({
      outcome,
      retryAfterMs: waitMs,
      firstByteMs: timeline.firstByteUs / 1_000,
      endedMs: timeline.upstreamEndedUs / 1_000,
      inputTokens: usage?.input ?? 0,
      outputTokens: usage?.output ?? contentEvents,
    });
    watched = undefined;
  }

  function finishFailed(failure: Failure): void {
    const outcome = { cause: causeOf(failure.error), status: failure.status, errorCode: failure.error.code };
    finish({ ...outcome, ...progress() }, (settlement) => sendFailure(failure, settlement));
  }

  const progress = (): AttemptProgress => reader?.progress() ?? NOTHING_USED;

  function sendFailure(failure: Failure, settlement: Settlement): void {
    if (hasStarted) {
      response.write(failure.event ?? errorEvent(failure.error));
      return response.end();
    }
    const headers = [...answerHeaders(settlement), ...retryAfterHeader(failure.retryAfter)];
    response.send(failure.status, headers, JSON.stringify(failure.body));
  }

  function answerHeaders({ metered }: Settlement): HeaderList {
    const cost = metered.costNanoUsd === null ? [] : ['x-tollgate-cost-usd', formatUsd(metered.costNanoUsd)];
    return [...JSON_HEADERS, ...exchangeHeaders(exchange), ...cost, ...overheadHeader()];
  }

  const overheadHeader = (): HeaderList => ['x-tollgate-overhead-us', String(overheadUs(timeline, nowUs()))];

  function startStream(): void {
    hasStarted = true;
    response.startStream(200, [...STREAM_HEADERS, ...exchangeHeaders(exchange), ...overheadHeader()]);
  }

  /** Ends a stream for which a quota has no more, as one that reached its length. */
  function stop(error: GatewayError): void {
    endFromOutside(() =>
      finish({ cause: 'quota_exhausted', status: 200, errorCode: error.code, ...progress() }, ({ metered }) => {
        response.write(stoppedStream(exchange, error, metered.usage));
        response.end();
      }),
    );
  }

  function endFromOutside(end: () => void): void {
    if (isOver) return;
    call?.cancel();
    end();
  }

  function onOverdue(): void {
    endFromOutside(() => {
      timeline.upstreamEndedUs = nowUs();
      endAttempt('failed');
      finishFailed(OVERDUE);
    });
  }

  const answering: Answering = {
    exchange,
    isOver: () => isOver,
    pass(bytes) {
      if (!hasStarted) startStream();
      if (!response.write(bytes)) call?.pause();
      exchange.pass.progressed(progress().contentEvents, stop);
    },
    complete({ usage, contentEvents }, answer) {
      finish({ cause: 'completed', status: 200, errorCode: '', usage, contentEvents }, (settlement) => {
        if (!chat.stream) return response.send(200, answerHeaders(settlement), answer);
        if (!hasStarted) startStream();
        if (answer.length > 0) response.write(answer);
        response.end();
      });
    },
    fail(failure) {
      if (isOver) return;
      timeline.upstreamEndedUs ||= nowUs();
      const { upstreamModel } = exchange.deployment;
      const outcome = outcomeOf(failure, !upstreamModel.endsWith('*'));
      endAttempt(outcome, progress(), retryAfterMs(failure.retryAfter, Date.now()));
      if (!attemptAnew(failure)) finishFailed(failure);
    },
    failWith: (code, what) =>
      answering.fail(toFailure({ code, message: `The provider ${exchange.deployment.providerName} ${what}.` })),
    cancelCall: () => call?.cancel(),
  };

  const { totalMs } = exchange.route;
  if (totalMs !== undefined) overdue = setTimeout(onOverdue, totalMs);
  if (chat.stream) response.onDrain(() => call?.resume());
  response.onGone(() =>
    endFromOutside(() => {
      const cause: UsageCause = 'client_gone';
      finish({ cause, status: HTTP_CLIENT_CLOSED_REQUEST, errorCode: '', ...progress() }, () => {});
    }),
  );
  attempt(task.target, timeline.dispatchedUs);

  return { abort: () => endFromOutside(() => finishFailed(toFailure(SHUTTING_DOWN))) };
}

const OVERDUE = toFailure({
  code: 'upstream_timeout',
  message: 'The request was not answered in the time allowed for it.',
});
