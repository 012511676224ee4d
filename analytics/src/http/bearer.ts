import { createHash, timingSafeEqual } from 'node:crypto';
import { type GatewayError, toOpenAiErrorBody } from '@tollgate/schema';
import type { onRequestAsyncHookHandler } from 'fastify';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** @returns why the header does not admit the caller, or undefined if it does. Takes the same time for any wrong token. */
export function checkBearer(authorization: string | undefined, tokens: readonly string[]): GatewayError | undefined {
  const given = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
  if (given === undefined)
    return { code: 'missing_api_key', message: 'send the internal token as: Authorization: Bearer …' };
  if (tokens.filter((token) => timingSafeEqual(digest(given), digest(token))).length > 0) return undefined;
  return {
    code: 'invalid_api_key',
    message: 'this is not the internal token; do both processes accept the same TOLLGATE_SEAL_KEY?',
  };
}

/** Refuses requests without an internal token, before their body is read. */
export function requireBearer(tokens: readonly string[]): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const refusal = checkBearer(request.headers.authorization, tokens);
    if (refusal) return reply.status(401).header('www-authenticate', 'Bearer').send(toOpenAiErrorBody(refusal));
  };
}
