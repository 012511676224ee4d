import { GATEWAY_ERRORS, type GatewayError, type OpenAiErrorBody, toOpenAiErrorBody } from '@tollgate/schema';
import type { AttemptOutcome } from '../routing/health.ts';

/** Why an attempt came to nothing, and what the client is told if no other is made. */
export type Failure = {
  readonly error: GatewayError;
  readonly status: number;
  readonly body: OpenAiErrorBody;
  /** When the provider wants to be asked again, as it said it; empty if it did not. */
  readonly retryAfter: string;
  /** The provider's own event about it, translated, for a stream that has begun. */
  readonly event?: Buffer;
};

export const toFailure = (error: GatewayError): Failure => ({
  error,
  status: GATEWAY_ERRORS[error.code].status,
  body: toOpenAiErrorBody(error),
  retryAfter: '',
});

/** The provider answered with a status that is no success. */
export const toRefusal = (status: number, body: OpenAiErrorBody, retryAfter: string): Failure => ({
  error: { code: 'upstream_error', message: body.error.message },
  status,
  body,
  retryAfter,
});

/** What its provider refused for a reason for which a model can have fallbacks of their own. */
export type Refusal = 'too_long' | 'against_policy';

/**
 * As providers say it: OpenAI, Azure and those that speak like them by a code
 * (https://platform.openai.com/docs/guides/error-codes), Anthropic, vLLM and Ollama by their words.
 */
const TOO_LONG =
  /context_length_exceeded|maximum context length|prompt is too long|context window|input length .* exceed/i;
const AGAINST_POLICY = /content_filter|content_policy_violation|content filtering policy|content management policy/i;
const REFUSING: ReadonlySet<number> = new Set([400, 403, 413, 422]);

/** Undefined for every other failure. */
export function refusalOf({ error, status, body }: Failure): Refusal | undefined {
  if (error.code !== 'upstream_error' || !REFUSING.has(status)) return undefined;
  const { code, type, message } = body.error;
  const text = `${code} ${type} ${message}`;
  if (TOO_LONG.test(text)) return 'too_long';
  return AGAINST_POLICY.test(text) ? 'against_policy' : undefined;
}

/**
 * Whether another attempt may fare better: the provider could not be reached, broke off, did not answer in time or not in its format, was
 * overloaded (408, 429) or failed (5xx). What it refuses for any other reason it would refuse again, and our own errors are not its.
 */
export function isRetryable({ error, status }: Failure): boolean {
  if (error.code === 'internal_error' || error.code === 'shutting_down') return false;
  return status >= 500 || status === 429 || status === 408;
}

/**
 * What a failure tells of the deployment. A model that a client chose, as of a wildcard, may be unknown there or not allowed without any fault
 * of the deployment's; and what is refused for another reason was the request's fault, which the provider was well enough to find.
 * @param isImpatient whether whoever asks does not wait as long as the model says
 */
export function outcomeOf(failure: Failure, isModelFixed: boolean, isImpatient = false): AttemptOutcome {
  const { error, status } = failure;
  if (refusalOf(failure) !== undefined) return 'ok';
  if (error.code === 'internal_error' || error.code === 'shutting_down') return 'abandoned';
  if (error.code === 'upstream_timeout' && isImpatient) return 'impatient';
  if (status === 429) return 'rate_limited';
  if (status === 401 || (isModelFixed && (status === 403 || status === 404))) return 'misconfigured';
  return status >= 500 || status === 408 ? 'failed' : 'ok';
}

const SECONDS = /^\d{1,9}$/;

/** The wait that a provider asks for in `Retry-After`, a number of seconds or an HTTP date; 0 if it says nothing that can be read. */
export function retryAfterMs(value: string, nowMs: number): number {
  if (value === '') return 0;
  if (SECONDS.test(value)) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - nowMs);
}
