import type { Dialect } from '../dialects/dialect.ts';
import { withoutCredential } from './answer.ts';
import { answerBuffer } from './answer-buffer.ts';
import type { Answering, AnswerReader, AttemptProgress } from './answering.ts';
import { nowUs } from './exchange.ts';
import { toFailure, toRefusal } from './failure.ts';

/** A whole answer tells what it used at its end only. */
const NOTHING_YET: AttemptProgress = { usage: undefined, contentEvents: 0 };

/** Reads an answer that is one body: collects the provider's and translates it. */
export function readWhole(answering: Answering, dialect: Dialect): AnswerReader {
  const { attempt } = answering;
  const { deployment } = attempt;
  const collected = answerBuffer();
  let status = 0;
  let retryAfter = '';

  return {
    progress: () => NOTHING_YET,
    onHead(head, header) {
      status = head;
      if (head >= 400) retryAfter = header('retry-after');
    },
    onData(chunk) {
      if (attempt.firstByteUs === 0) {
        attempt.firstByteUs = nowUs();
        if (status < 300) answering.begins();
      }
      if (collected.add(chunk)) return;
      answering.cancelCall();
      answering.failWith('upstream_invalid_response', 'sent an answer that is too large');
    },
    onEnd() {
      attempt.endedUs = nowUs();
      const body = collected.take();
      if (status >= 400) {
        const refusal = dialect.decodeError(status, withoutCredential(body, deployment.credential));
        return answering.fail(toRefusal(status, refusal, retryAfter));
      }
      const decoded = status < 300 ? dialect.decodeAnswer(body) : { ok: false as const };
      if (decoded.ok) return answering.complete({ usage: decoded.usage, contentEvents: 0 }, decoded.body);
      answering.failWith('upstream_invalid_response', `answered what is not a chat completion (status ${status})`);
    },
    onFailure: (error) => answering.fail(toFailure(error)),
  };
}
