import { formatUsd, type GatewayError, type UsageCause } from '@tollgate/schema';
import { type HeaderList, JSON_HEADERS } from '../http/client-response.ts';
import type { Coverage } from '../quota/coverage.ts';
import type { NextCall } from '../quota/pass.ts';
import {
  type AnswerDeps,
  type AnswerTask,
  errorEvent,
  exchangeHeaders,
  NOT_RECORDED,
  type RunningAnswer,
  retryAfterHeader,
  SHUTTING_DOWN,
  STREAM_HEADERS,
} from './answer.ts';
import type { Answering, AttemptProgress } from './answering.ts';
import type { EarlierAttempt } from './attempt-details.ts';
import { type AttemptPlan, createAttemptPlan, type NextAttempt } from './attempt-plan.ts';
import { canBeContinued, createContinuedStream, NOT_CONTINUED } from './continued-stream.ts';
import { CANCELLED, drop, HTTP_CLIENT_CLOSED_REQUEST, noteEarlier, toEarlier, toEnding } from './ended-attempt.ts';
import { type Attempt, nowUs, overheadUs, toAttempt } from './exchange.ts';
import { type Failure, isRetryable, outcomeOf, refusalOf, retryAfterMs, toFailure } from './failure.ts';
import { createHedge, type Hedge, type HedgeDeps } from './hedge.ts';
import { isImpatient, isImpatientInAll } from './impatience.ts';
import { noteChoice, toNextCall } from './next-call.ts';
import { readStream } from './read-stream.ts';
import { readWhole } from './read-whole.ts';
import { type RunningAttempt, runAttempt } from './running-attempt.ts';
import { type Outcome, type Settlement, settle } from './settle.ts';
import { stoppedStream } from './stopped-stream.ts';
import type { Target } from './target.ts';

const NOTHING_USED: AttemptProgress = { usage: undefined, contentEvents: 0 };

/**
 * Answers an exchange: calls its provider, and others while nothing was passed on and the policy has more attempts, and ends it once,
 * with one record, whatever comes first of an answer, a failure, the client's leaving and the node's shutdown.
 * A crash before the record leaves neither record nor answer; one after it may leave a record whose answer did not arrive.
 */
export function answerExchange(deps: AnswerDeps, task: AnswerTask): RunningAnswer {
  const { exchange, response } = task;
  const { timeline, chat } = exchange;
  let plan: AttemptPlan | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let overdue: NodeJS.Timeout | undefined;
  let hedge: Hedge | undefined;
  const continued =
    exchange.asked.midStream === 'continue' && canBeContinued(chat) ? createContinuedStream(chat) : NOT_CONTINUED;
  let hasStarted = false;
  let isOver = false;

  function begin(target: Target, attempt: Attempt, atUs: number): RunningAttempt {
    attempt.startedUs = atUs;
    attempt.sentBytes = exchange.sent.bytes.length;
    const answering: Answering = {
      exchange,
      attempt,
      isOver: () => isOver,
      begins() {
        if (hedge !== undefined) answers(running);
      },
      pass(bytes) {
        if (!hasStarted) {
          answering.begins();
          startStream();
        }
        if (!response.write(continued.pass(bytes))) running.pause();
        const pieces = continued.piecesBefore() + running.progress().contentEvents;
        exchange.pass.progressed({ coverage: attempt.coverage, pieces }, stop);
      },
      complete({ usage, contentEvents }, answer) {
        answering.begins();
        finish({ cause: 'completed', status: 200, errorCode: '', usage, contentEvents }, (settlement) => {
          if (!chat.stream) return response.send(200, answerHeaders(settlement), answer);
          if (!hasStarted) startStream();
          if (answer.length > 0) response.write(continued.pass(answer));
          response.end();
        });
      },
      fail: (failure) => fail(running, failure),
      failWith: (code, what) =>
        answering.fail(toFailure({ code, message: `The provider ${attempt.deployment.providerName} ${what}.` })),
      cancelCall: () => running.cancel(),
    };
    const reader = chat.stream ? readStream(answering, target.dialect) : readWhole(answering, target.dialect);
    const running = runAttempt(deps.upstream, exchange, attempt, target, reader);
    exchange.attempts += 1;
    exchange.isWaiting = false;
    return running;
  }

  /** It is the one that the answer is expected of. */
  function lead(running: RunningAttempt): void {
    current = running;
    exchange.attempt = running.attempt;
  }

  /** Of two at once it is the one that is left. */
  function goOnWith(running: RunningAttempt): void {
    exchange.pass.alone(running.attempt.coverage);
    lead(running);
  }

  /** Whether another attempt follows. */
  function attemptAnew(failure: Failure): boolean {
    const refusal = refusalOf(failure);
    if (refusal === undefined && !isRetryable(failure)) return false;
    const ended = toEarlier(exchange, current, toEnding(failure));
    if (hasStarted && !goOn(ended)) return false;
    plan ??= createAttemptPlan(deps, exchange, task.mayUse);
    const nowMs = exchange.attempt.endedUs / 1_000;
    const next =
      refusal === undefined
        ? plan.next(retryAfterMs(failure.retryAfter, Date.now()), nowMs)
        : plan.nextAfterRefusal(refusal, nowMs);
    if (next === undefined) return false;
    noteEarlier(exchange, ended);
    exchange.isWaiting = true;
    goTo(next, failure);
    return true;
  }

  function goTo(next: NextAttempt, failure: Failure): void {
    if (next.delayMs === 0) again(next, failure);
    else waiting = setTimeout(again, next.delayMs, next, failure);
  }

  /** Asks for the rest of a stream that broke off. */
  function goOn({ metered }: EarlierAttempt): boolean {
    const sent = continued.breakOff(metered.usage, current.progress().contentEvents);
    if (sent === undefined) return false;
    exchange.sent = sent;
    exchange.firstByteUs ||= exchange.attempt.firstByteUs;
    return true;
  }

  function make({ target, reason, choice }: NextAttempt, { rates }: NextCall, coverage: Coverage): RunningAttempt {
    const running = begin(target, toAttempt(target, reason, { rates, coverage }), nowUs());
    noteChoice(exchange, choice);
    return running;
  }

  /** Makes an attempt if its quotas have room, else one in its place; if there is none, the request fails as the last attempt did. */
  function again(next: NextAttempt, failure: Failure): void {
    const call = toNextCall(deps, exchange, next, continued.piecesBefore());
    exchange.pass.again(
      call,
      exchange.earlier ?? [],
      (coverage) => lead(make(next, call, coverage)),
      () => {
        if (isOver) return;
        const other = plan?.instead(next, nowUs() / 1_000);
        if (other === undefined) finishFailed(failure);
        else goTo(other, failure);
      },
    );
  }

  /** It is the first that answers: if another is under way beside it, that is dropped. */
  function answers(running: RunningAttempt): void {
    const other = hedge?.settle(running);
    if (other === undefined) return;
    drop(exchange, other, 'abandoned', CANCELLED);
    goOnWith(running);
  }

  function finish(outcome: Outcome, send: (settlement: Settlement) => void): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(waiting);
    clearTimeout(overdue);
    exchange.attempt.endedUs ||= nowUs();
    const other = hedge?.settle(current);
    if (other !== undefined) drop(exchange, other, 'abandoned', outcome);
    current.end(outcome.cause === 'completed' ? 'ok' : 'abandoned', outcome);
    settle(deps, exchange, outcome, (settlement, error) => {
      if (error) sendFailure(toFailure(NOT_RECORDED), settlement);
      else send(settlement);
      task.onSettled(outcome.cause);
    });
  }

  function finishFailed(failure: Failure): void {
    finish({ ...toEnding(failure), ...current.progress() }, (settlement) => sendFailure(failure, settlement));
  }

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

  const overheadHeader = (): HeaderList => ['x-tollgate-overhead-us', String(overheadUs(exchange, nowUs()))];

  function startStream(): void {
    hasStarted = true;
    response.startStream(200, [...STREAM_HEADERS, ...exchangeHeaders(exchange), ...overheadHeader()]);
  }

  /** Ends a stream for which a quota has no more, as one that reached its length. */
  function stop(error: GatewayError): void {
    endFromOutside(() =>
      finish({ cause: 'quota_exhausted', status: 200, errorCode: error.code, ...current.progress() }, ({ metered }) => {
        response.write(stoppedStream(exchange, error, metered.usage));
        response.end();
      }),
    );
  }

  function endFromOutside(end: () => void): void {
    if (isOver) return;
    current.cancel();
    end();
  }

  function onOverdue(): void {
    endFromOutside(() => {
      exchange.attempt.endedUs = nowUs();
      const outcome = isImpatientInAll(first.route) ? 'impatient' : 'failed';
      current.end(outcome, NOTHING_USED);
      const other = hedge?.settle(current);
      if (other !== undefined) drop(exchange, other, outcome, toEnding(OVERDUE));
      finishFailed(OVERDUE);
    });
  }

  function fail(running: RunningAttempt, failure: Failure): void {
    if (isOver) return;
    const { attempt } = running;
    attempt.endedUs ||= nowUs();
    const outcome = outcomeOf(
      failure,
      !attempt.deployment.upstreamModel.endsWith('*'),
      isImpatient(attempt, chat.stream),
    );
    const waitMs = retryAfterMs(failure.retryAfter, Date.now());
    running.end(outcome, running.progress(), waitMs);
    const other = hedge?.settle(running);
    if (other !== undefined) {
      noteEarlier(exchange, toEarlier(exchange, running, toEnding(failure)));
      plan?.failed(attempt.deployment, waitMs);
      return goOnWith(other);
    }
    if (!attemptAnew(failure)) finishFailed(failure);
  }

  const { attempt: first } = exchange;
  let current = begin(task.target, first, timeline.dispatchedUs);
  const { totalMs, hedgeAfterMs } = first.route;
  if (totalMs !== undefined) overdue = setTimeout(onOverdue, totalMs);
  if (hedgeAfterMs !== undefined) {
    const prepare: HedgeDeps['prepare'] = (begins) => {
      const attempts = createAttemptPlan(deps, exchange, task.mayUse);
      plan = attempts;
      const next = attempts.hedge(nowUs() / 1_000);
      if (next === undefined) return;
      const call = toNextCall(deps, exchange, next, 0);
      const start = (coverage: Coverage) => {
        const running = make(next, call, coverage);
        attempts.hedged(next.target.deployment);
        return running;
      };
      exchange.pass.beside(call, (coverage) => begins(() => start(coverage)));
    };
    hedge = createHedge({ afterMs: hedgeAfterMs, first: current, prepare, onFailure: deps.onFailure });
  }
  if (chat.stream) response.onDrain(() => current.resume());
  response.onGone(() =>
    endFromOutside(() => {
      const cause: UsageCause = 'client_gone';
      finish({ cause, status: HTTP_CLIENT_CLOSED_REQUEST, errorCode: '', ...current.progress() }, () => {});
    }),
  );

  return { abort: () => endFromOutside(() => finishFailed(toFailure(SHUTTING_DOWN))) };
}

const OVERDUE = toFailure({
  code: 'upstream_timeout',
  message: 'The request was not answered in the time allowed for it.',
});
