import { formatUsd, type GatewayError, type OpenAiErrorBody, toOpenAiErrorBody } from '@tollgate/schema';
import { type HeaderList, JSON_HEADERS } from '../http/client-response.ts';
import {
  type AnswerDeps,
  type AnswerTask,
  causeOf,
  exchangeHeaders,
  NOT_RECORDED,
  type RunningAnswer,
  retryAfterHeader,
  SHUTTING_DOWN,
  statusOf,
  withoutCredential,
} from './answer.ts';
import { answerBuffer } from './answer-buffer.ts';
import { nowUs, overheadUs } from './exchange.ts';
import { type Outcome, type Settlement, settle } from './settle.ts';

const HTTP_CLIENT_CLOSED_REQUEST = 499;

/**
 * Answers an exchange whose answer is one body: collects the provider's, translates it, records it, sends it.
 * A crash before the record leaves neither record nor answer; one after it may leave a record whose answer did not arrive.
 */
export function answerWhole(deps: AnswerDeps, task: AnswerTask): RunningAnswer {
  const { exchange, dialect, response } = task;
  const { timeline, deployment } = exchange;
  const collected = answerBuffer();
  let status = 0;
  let retryAfter: HeaderList = [];
  let isOver = false;

  function finish(outcome: Outcome, answer: Buffer | string, headers: readonly string[] = []): void {
    if (isOver) return;
    isOver = true;
    timeline.upstreamEndedUs ||= nowUs();
    settle(deps, exchange, outcome, (settlement, error) => {
      if (error) response.send(statusOf(NOT_RECORDED), JSON_HEADERS, JSON.stringify(toOpenAiErrorBody(NOT_RECORDED)));
      else response.send(outcome.status, answerHeaders(settlement, headers), answer);
      task.onSettled(outcome.cause);
    });
  }

  function answerHeaders({ metered }: Settlement, more: readonly string[]): readonly string[] {
    const cost = metered.costNanoUsd === null ? [] : ['x-tollgate-cost-usd', formatUsd(metered.costNanoUsd)];
    const overhead = ['x-tollgate-overhead-us', String(overheadUs(timeline, nowUs()))];
    return [...JSON_HEADERS, ...exchangeHeaders(exchange), ...cost, ...overhead, ...more];
  }

  function fail(error: GatewayError): void {
    const outcome = {
      cause: causeOf(error),
      status: statusOf(error),
      errorCode: error.code,
      usage: undefined,
      contentEvents: 0,
    };
    finish(outcome, JSON.stringify(toOpenAiErrorBody(error)));
  }

  function failWithAnswer(body: OpenAiErrorBody): void {
    const outcome = {
      cause: 'upstream_error',
      status,
      errorCode: 'upstream_error',
      usage: undefined,
      contentEvents: 0,
    } as const;
    finish(outcome, JSON.stringify(body), retryAfter);
  }

  const call = deps.upstream.dispatch(
    { requestId: exchange.id, deployment, chat: exchange.chat, body: task.body, timeoutMs: exchange.route.timeoutMs },
    {
      onHead(head, header) {
        status = head;
        if (head >= 400) retryAfter = retryAfterHeader(header('retry-after'));
      },
      onData(chunk) {
        timeline.firstByteUs ||= nowUs();
        if (collected.add(chunk)) return;
        call.cancel();
        fail({
          code: 'upstream_invalid_response',
          message: `The answer of the provider ${deployment.providerName} is too large.`,
        });
      },
      onEnd() {
        timeline.upstreamEndedUs = nowUs();
        const body = collected.take();
        if (status >= 400)
          return failWithAnswer(dialect.decodeError(status, withoutCredential(body, deployment.credential)));
        const decoded = status < 300 ? dialect.decodeAnswer(body) : { ok: false as const };
        if (!decoded.ok)
          return fail({
            code: 'upstream_invalid_response',
            message: `The provider ${deployment.providerName} answered what is not a chat completion (status ${status}).`,
          });
        finish(
          { cause: 'completed', status: 200, errorCode: '', usage: decoded.usage, contentEvents: 0 },
          decoded.body,
        );
      },
      onFailure: fail,
    },
  );

  response.onGone(() => {
    if (isOver) return;
    call.cancel();
    finish(
      { cause: 'client_gone', status: HTTP_CLIENT_CLOSED_REQUEST, errorCode: '', usage: undefined, contentEvents: 0 },
      '',
    );
  });

  return {
    abort() {
      call.cancel();
      fail(SHUTTING_DOWN);
    },
  };
}
