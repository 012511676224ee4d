import { GATEWAY_ERRORS, type GatewayError, toOpenAiErrorBody, type UsageCause } from '@tollgate/schema';
import type { ClientResponse, HeaderList } from '../http/client-response.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Prices } from '../usage/prices.ts';
import type { Spool } from '../usage/spool.ts';
import { type Exchange, modelOf } from './exchange.ts';
import type { DialectOf, Target } from './target.ts';

/** What answering an admitted exchange needs. */
export type AnswerDeps = {
  readonly spool: Spool;
  readonly prices: Prices;
  readonly upstream: Upstream;
  readonly dialectOf: DialectOf;
  readonly random: () => number;
  /** Something threw that should not have, outside of what an answer depends on. */
  readonly onFailure: (error: unknown) => void;
};

export type AnswerTask = {
  readonly exchange: Exchange;
  /** Where its first attempt goes. */
  readonly target: Target;
  /** Whether whoever asks may be answered by this model. */
  readonly mayUse: (model: string) => boolean;
  readonly response: ClientResponse;
  /** Called once the exchange is recorded and answered. */
  readonly onSettled: (cause: UsageCause) => void;
};

export const STREAM_HEADERS: HeaderList = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];

/** Ends an exchange from outside, when the node shuts down. */
export type RunningAnswer = { abort(): void };

/**
 * Which revision, model and deployment answered, and at which attempt; the same on whole answers and on streams. The model is the one
 * that was asked for, or the fallback that answered instead.
 */
export function exchangeHeaders(exchange: Exchange): HeaderList {
  const { id, revision, attempts, pass } = exchange;
  const { route, deployment } = exchange.attempt;
  return [
    'x-tollgate-request-id', id,
    'x-tollgate-revision', String(revision),
    'x-tollgate-model', modelOf(exchange, route),
    'x-tollgate-deployment', deployment.name,
    'x-tollgate-attempts', String(attempts),
    ...pass.headers(),
  ]; // biome-ignore format: pairs of a name and its value
}

export function causeOf(error: GatewayError): UsageCause {
  switch (error.code) {
    case 'upstream_timeout':
      return 'upstream_timeout';
    case 'upstream_stream_broken':
      return 'upstream_stream_broken';
    case 'shutting_down':
      return 'shutdown';
    case 'internal_error':
      return 'internal_error';
    default:
      return 'upstream_error';
  }
}

export const statusOf = (error: GatewayError): number => GATEWAY_ERRORS[error.code].status;

export const SHUTTING_DOWN: GatewayError = {
  code: 'shutting_down',
  message: 'This node is shutting down; send the request again.',
};

export const NOT_RECORDED: GatewayError = {
  code: 'internal_error',
  message: 'The answer could not be recorded and is withheld.',
};

/** An error as an event of a stream that has begun; OpenAI's SDKs raise it. */
export const errorEvent = (error: GatewayError): Buffer =>
  Buffer.from(`data: ${JSON.stringify(toOpenAiErrorBody(error))}\n\n`);

/** Providers echo credentials in their errors; ours must not reach a client or a log. */
export function withoutCredential(body: Buffer, credential: string | undefined): Buffer {
  if (credential === undefined || credential === '' || !body.includes(credential)) return body;
  return Buffer.from(maskCredential(body.toString('utf8'), credential));
}

export const maskCredential = (text: string, credential: string | undefined): string =>
  credential === undefined || credential === '' ? text : text.replaceAll(credential, '***');

/** A provider's wish when to be asked again, passed on only if it is a number of seconds or an HTTP date, so that nothing else can travel in it. */
export const retryAfterHeader = (value: string): HeaderList =>
  /^[0-9A-Za-z, :]{1,40}$/.test(value) ? ['retry-after', value] : [];
