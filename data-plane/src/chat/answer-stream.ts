import { type GatewayError, toOpenAiErrorBody, type UsageCause } from '@tollgate/schema';
import { type HeaderList, JSON_HEADERS } from '../http/client-response.ts';
import {
  type AnswerDeps,
  type AnswerTask,
  causeOf,
  errorEvent,
  exchangeHeaders,
  maskCredential,
  NOT_RECORDED,
  type RunningAnswer,
  retryAfterHeader,
  SHUTTING_DOWN,
  statusOf,
  withoutCredential,
} from './answer.ts';
import { answerBuffer } from './answer-buffer.ts';
import { nowUs, overheadUs } from './exchange.ts';
import { settle } from './settle.ts';

const STREAM_HEADERS: HeaderList = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];

/** How long a provider may take to end its body after its last word, so that its connection can serve again. */
const LINGER_MS = 2_000;

/**
 * Answers an exchange as a stream: passes on what the provider sends as it comes, pauses the provider while the client
 * reads more slowly, and holds back only the last piece until the record is in the spool.
 * Until the provider's first byte nothing is sent, so that a failure can still be a plain error.
 */
export function answerStream(deps: AnswerDeps, task: AnswerTask): RunningAnswer {
  const { exchange, dialect, response } = task;
  const { timeline, deployment } = exchange;
  const stream = dialect.openStream(exchange.chat, { row: deployment.row, upstreamModel: exchange.upstreamModel });
  const refusal = answerBuffer();
  let status = 0;
  let retryAfter: HeaderList = [];
  let isStreamAnswer = false;
  let hasStarted = false;
  let isOver = false;
  let lingering: NodeJS.Timeout | undefined;

  function start(): void {
    hasStarted = true;
    response.startStream(200, [
      ...STREAM_HEADERS,
      ...exchangeHeaders(exchange),
      'x-tollgate-overhead-us',
      String(overheadUs(timeline, nowUs())),
    ]);
  }

  function finish(cause: UsageCause, code: GatewayError['code'] | '', endStatus: number, sendEnd: () => void): void {
    if (isOver) return;
    isOver = true;
    timeline.upstreamEndedUs ||= nowUs();
    const { usage, contentEvents } = stream.progress();
    settle(
      deps,
      exchange,
      { cause, status: endStatus, errorCode: code, usage, contentEvents },
      (_settlement, error) => {
        if (error) sendFailure(NOT_RECORDED);
        else sendEnd();
        task.onSettled(cause);
      },
    );
  }

  function sendFailure(error: GatewayError): void {
    if (!hasStarted)
      return response.send(
        statusOf(error),
        [...JSON_HEADERS, ...exchangeHeaders(exchange)],
        JSON.stringify(toOpenAiErrorBody(error)),
      );
    response.write(errorEvent(error));
    response.end();
  }

  function fail(error: GatewayError): void {
    finish(causeOf(error), error.code, statusOf(error), () => sendFailure(error));
  }

  /** The provider answered with a status that is no success: one body of JSON, as for a whole answer. */
  function endRefused(): void {
    const body = JSON.stringify(dialect.decodeError(status, withoutCredential(refusal.take(), deployment.credential)));
    finish('upstream_error', 'upstream_error', status, () =>
      response.send(status, [...JSON_HEADERS, ...exchangeHeaders(exchange), ...retryAfter], body),
    );
  }

  function endStream(): void {
    const rest = stream.end();
    const { isFinished, failure } = stream.progress();
    if (failure !== undefined) return failInStream(failure, rest);
    if (!isFinished)
      return fail({
        code: 'upstream_stream_broken',
        message: `The provider ${deployment.providerName} ended its stream before the answer was complete.`,
      });
    complete(rest);
  }

  /** The provider itself reported the failure; its own event, already translated, is what the client gets. */
  function failInStream(failure: GatewayError, lentEvent: Buffer): void {
    const { credential } = deployment;
    const event = Buffer.from(lentEvent);
    finish(causeOf(failure), failure.code, statusOf(failure), () => {
      if (event.length === 0 || !hasStarted)
        return sendFailure({ ...failure, message: maskCredential(failure.message, credential) });
      response.write(withoutCredential(event, credential));
      response.end();
    });
  }

  function pass(chunk: Buffer): void {
    timeline.firstByteUs ||= nowUs();
    const output = stream.push(chunk);
    const { failure, isFinished } = stream.progress();
    if (failure !== undefined) {
      call.cancel();
      return failInStream(failure, output);
    }
    // The provider said its last word: nothing that follows could change the record, and the client's last bytes wait for it.
    if (isFinished) {
      lingering = setTimeout(() => call.cancel(), LINGER_MS);
      return complete(output);
    }
    if (output.length === 0) return;
    if (!hasStarted) start();
    if (!response.write(output)) call.pause();
  }

  function complete(lentBytes: Buffer): void {
    const lastBytes = Buffer.from(lentBytes);
    finish('completed', '', 200, () => {
      if (!hasStarted) start();
      if (lastBytes.length > 0) response.write(lastBytes);
      response.end();
    });
  }

  const call = deps.upstream.dispatch(
    { requestId: exchange.id, deployment, chat: exchange.chat, body: task.body, timeoutMs: exchange.route.timeoutMs },
    {
      onHead(head, header) {
        status = head;
        if (head >= 400) retryAfter = retryAfterHeader(header('retry-after'));
        isStreamAnswer = head < 300 && !/json|html/.test(header('content-type'));
      },
      onData(chunk) {
        // A provider that goes on after its last word would else be read for ever.
        if (isOver) return call.cancel();
        if (isStreamAnswer) return pass(chunk);
        if (refusal.add(chunk)) return;
        call.cancel();
        fail(notAStream());
      },
      onEnd() {
        clearTimeout(lingering);
        timeline.upstreamEndedUs ||= nowUs();
        if (isStreamAnswer) endStream();
        else if (status >= 400) endRefused();
        else fail(notAStream());
      },
      onFailure(error) {
        fail(
          hasStarted
            ? { ...error, code: error.code === 'upstream_timeout' ? error.code : 'upstream_stream_broken' }
            : error,
        );
      },
    },
  );

  function notAStream(): GatewayError {
    return {
      code: 'upstream_invalid_response',
      message: `The provider ${deployment.providerName} did not answer with a stream (status ${status}).`,
    };
  }

  response.onDrain(() => call.resume());
  response.onGone(() => {
    if (isOver) return;
    call.cancel();
    finish('client_gone', '', 499, () => {});
  });

  return {
    abort() {
      call.cancel();
      fail(SHUTTING_DOWN);
    },
  };
}
