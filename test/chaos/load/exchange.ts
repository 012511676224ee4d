import type { AnswerHead } from './answer-reader.ts';
import type { Reply } from './connection.ts';

/** One request of the load and what its client saw of it; instants are milliseconds since 1970. */
export type Exchange = {
  /** The model asked for; each connection has one of its own, so that a row tells whose it is. */
  readonly model: string;
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: Outcome;
};

export type Outcome =
  /** The last byte arrived; the request was admitted under this id. */
  | { readonly type: 'answered'; readonly id: string; readonly status: number; readonly body: string }
  /** The last byte arrived; the request was not admitted. */
  | { readonly type: 'refused'; readonly status: number; readonly retryAfter: string | undefined }
  /** The connection broke before the last byte; the id is known if the head had arrived. */
  | { readonly type: 'broken'; readonly id: string | undefined }
  /** What came back is no HTTP. */
  | { readonly type: 'malformed'; readonly reason: string };

const REQUEST_ID = 'x-tollgate-request-id';

export function toOutcome(reply: Reply): Outcome {
  if (reply.type === 'malformed') return reply;
  if (reply.type === 'broken') return { type: 'broken', id: reply.head && idOf(reply.head) };
  const { status, headers, body } = reply.answer;
  const id = idOf(reply.answer);
  return id === undefined
    ? { type: 'refused', status, retryAfter: headers.get('retry-after') }
    : { type: 'answered', id, status, body: body.toString('utf8') };
}

const idOf = ({ headers }: AnswerHead): string | undefined => headers.get(REQUEST_ID);
