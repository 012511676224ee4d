import type { GatewayError } from '@tollgate/schema';
import type { Dialect } from '../dialects/dialect.ts';
import { maskCredential, withoutCredential } from './answer.ts';
import { answerBuffer } from './answer-buffer.ts';
import type { Answering, AnswerReader } from './answering.ts';
import { nowUs } from './exchange.ts';
import { toFailure, toRefusal } from './failure.ts';

/** How long a provider may take to end its body after its last word, so that its connection can serve again. */
const LINGER_MS = 2_000;

/**
 * Reads an answer that is a stream: passes on what the provider sends as it comes, and holds back only the last piece until the record is
 * in the spool. Until the provider's first words nothing is sent, so that a failure can still be a plain error or another attempt.
 */
export function readStream(answering: Answering, dialect: Dialect): AnswerReader {
  const { exchange, attempt } = answering;
  const { deployment, upstreamModel } = attempt;
  const stream = dialect.openStream(exchange.chat, { row: deployment.row, upstreamModel });
  const refusal = answerBuffer();
  let status = 0;
  let retryAfter = '';
  let isStreamAnswer = false;
  let hasPassed = false;
  let isComplete = false;
  let lingering: NodeJS.Timeout | undefined;

  function complete(lentBytes: Buffer): void {
    isComplete = true;
    answering.complete(stream.progress(), Buffer.from(lentBytes));
  }

  /** The provider itself reported the failure; its own event, already translated, is what the client gets if its stream has begun. */
  function failInStream(failure: GatewayError, lentEvent: Buffer): void {
    const { credential } = deployment;
    const failed = toFailure({ ...failure, message: maskCredential(failure.message, credential) });
    const event = Buffer.from(withoutCredential(lentEvent, credential));
    answering.fail(event.length === 0 ? failed : { ...failed, event });
  }

  function pass(chunk: Buffer): void {
    attempt.firstByteUs ||= nowUs();
    const output = stream.push(chunk);
    const { failure, isFinished } = stream.progress();
    if (failure !== undefined) {
      answering.cancelCall();
      return failInStream(failure, output);
    }
    // The provider said its last word: nothing that follows could change the record, and the client's last bytes wait for it.
    if (isFinished) {
      lingering = setTimeout(answering.cancelCall, LINGER_MS);
      return complete(output);
    }
    if (output.length === 0) return;
    hasPassed = true;
    answering.pass(output);
  }

  function endStream(): void {
    const rest = stream.end();
    const { isFinished, failure } = stream.progress();
    if (failure !== undefined) return failInStream(failure, rest);
    if (isFinished) return complete(rest);
    answering.failWith('upstream_stream_broken', 'ended its stream before the answer was complete');
  }

  const failAsNoStream = () =>
    answering.failWith('upstream_invalid_response', `did not answer with a stream (status ${status})`);

  return {
    progress: stream.progress,
    onHead(head, header) {
      status = head;
      if (head >= 400) retryAfter = header('retry-after');
      isStreamAnswer = head < 300 && !/json|html/.test(header('content-type'));
    },
    onData(chunk) {
      // A provider that goes on after its last word would else be read for ever.
      if (isComplete || answering.isOver()) return answering.cancelCall();
      if (isStreamAnswer) return pass(chunk);
      if (refusal.add(chunk)) return;
      answering.cancelCall();
      failAsNoStream();
    },
    onEnd() {
      clearTimeout(lingering);
      attempt.endedUs ||= nowUs();
      if (isComplete) return;
      if (isStreamAnswer) return endStream();
      if (status < 400) return failAsNoStream();
      const body = dialect.decodeError(status, withoutCredential(refusal.take(), deployment.credential));
      answering.fail(toRefusal(status, body, retryAfter));
    },
    onFailure: (error) => answering.fail(toFailure(hasPassed ? asBroken(error) : error)),
  };
}

/** However the connection ended: what the client has is a part of an answer. */
const asBroken = (error: GatewayError): GatewayError =>
  error.code === 'upstream_timeout' || error.code === 'internal_error'
    ? error
    : { ...error, code: 'upstream_stream_broken' };
