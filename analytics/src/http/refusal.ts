import { GATEWAY_ERRORS, type GatewayError, toOpenAiErrorBody } from '@tollgate/schema';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';

const RETRY_AFTER_SECONDS = 2;

/** Answers with the error in OpenAI's shape and its status; a 503 says when to come back. */
export function refuse(reply: FastifyReply, error: GatewayError): FastifyReply {
  const { status } = GATEWAY_ERRORS[error.code];
  if (status === 503) reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  return reply.status(status).send(toOpenAiErrorBody(error));
}

export type Parsed<Value> =
  | { readonly type: 'parsed'; readonly value: Value }
  | { readonly type: 'refused'; readonly error: GatewayError };

/** Parses a request's body; a refusal names the path of every wrong field. */
export function parseBody<Value>(schema: z.ZodType<Value>, body: unknown): Parsed<Value> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { type: 'parsed', value: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: formatPath(path), message }));
  const message = problems.map((problem) => `${problem.path || 'body'}: ${problem.message}`).join('; ');
  const param = problems[0]?.path;
  return { type: 'refused', error: { code: 'invalid_request', message, ...(param ? { param } : {}) } };
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
