import type { GatewayError, TokenUsage } from '@tollgate/schema';
import type { UpstreamHandlers } from '../upstream/upstream.ts';
import type { Attempt, Exchange } from './exchange.ts';
import type { Failure } from './failure.ts';

/** What an attempt has used so far: the provider's count if it came, and the pieces of an answer that were received. */
export type AttemptProgress = { readonly usage: TokenUsage | undefined; readonly contentEvents: number };

/** Reads the answer to one attempt: whole, or as a stream. */
export type AnswerReader = UpstreamHandlers & { progress(): AttemptProgress };

/** What a reader does for its exchange. Nothing has an effect once the exchange has ended. */
export type Answering = {
  readonly exchange: Exchange;
  readonly attempt: Attempt;
  isOver(): boolean;
  /** The attempt brings a whole answer, of which the first byte has come; `pass` and `complete` say so by themselves. */
  begins(): void;
  /** Passes bytes of a stream on, whole events; the first go behind its head. From then on no other attempt can be made. */
  pass(bytes: Buffer): void;
  /** The attempt brought the whole answer: it is recorded, and then the client gets it, or the rest of it. */
  complete(progress: AttemptProgress, answer: Buffer): void;
  /** The attempt came to nothing: another follows if the policy has one, else the exchange ends with this failure. */
  fail(failure: Failure): void;
  /** The same in the gateway's own words. */
  failWith(code: GatewayError['code'], what: string): void;
  /** Drops the attempt's call. */
  cancelCall(): void;
};
