import { ClickHouseError } from '@clickhouse/client';
import type { GatewayError } from '@tollgate/schema';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { refuse } from './refusal.ts';

/** ClickHouse's codes for a query that took too long or too much memory. */
const TOO_EXPENSIVE: readonly string[] = ['159', '160', '241'];

/** Maps what was thrown to what the caller may read. The cause is logged, with the request's id, and never answered. */
export function installErrorHandler(server: FastifyInstance, log: Logger): void {
  server.setErrorHandler((thrown: Error & { statusCode?: number }, request, reply) => {
    const error = toGatewayError(thrown, request.id);
    if ((thrown.statusCode ?? 500) >= 500)
      log.error({ err: thrown, requestId: request.id, path: request.url }, 'request failed');
    return refuse(reply, error);
  });
  server.setNotFoundHandler((request, reply) =>
    refuse(reply, { code: 'not_found', message: `there is no ${request.method} ${request.url.split('?')[0]}` }),
  );
}

function toGatewayError(thrown: Error & { statusCode?: number }, requestId: string): GatewayError {
  if (thrown instanceof ClickHouseError) return toQueryError(thrown, requestId);
  switch (thrown.statusCode) {
    case undefined:
      return { code: 'not_ready', message: `ClickHouse cannot be reached (request ${requestId})` };
    case 400:
      return { code: 'invalid_json', message: thrown.message };
    case 413:
      return { code: 'request_too_large', message: 'the body is longer than this path takes' };
    case 415:
      return { code: 'unsupported_media_type', message: 'send application/json' };
    default:
      return { code: 'internal_error', message: `internal error (request ${requestId})` };
  }
}

function toQueryError({ code }: ClickHouseError, requestId: string): GatewayError {
  return TOO_EXPENSIVE.includes(code)
    ? { code: 'overloaded', message: 'the query takes too long; ask for less time or for fewer groups' }
    : { code: 'internal_error', message: `internal error (request ${requestId})` };
}
