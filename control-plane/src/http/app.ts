import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

const BODY_BYTES_MAX = 5 * 1024 * 1024;

/**
 * The HTTP server with what is needed to operate it. Requests are not logged one by one, and no error repeats what was
 * sent: bodies and headers hold secrets.
 */
export function createApp(deps: {
  readonly logger: Logger;
  readonly metrics: Metrics;
  newId(): string;
  /** Addresses whose word on who sent a request is taken, such as `10.0.0.0/8,127.0.0.1`; left out, nobody's is. */
  readonly trustedProxies?: string | undefined;
  /** @returns why requests cannot be served; undefined if they can */
  checkReady(): Promise<string | undefined>;
}): FastifyInstance {
  const { logger, metrics, newId, trustedProxies, checkReady } = deps;
  const trustProxy = trustedProxies ?? false;
  const app = Fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: 'idle', logger: false, trustProxy });

  app.setErrorHandler((error, _request, reply) => {
    const status = statusOf(error);
    if (status < 500) return reply.code(status).send({ error: messageFor(status) });
    const errorId = newId();
    logger.error({ error, errorId }, 'an HTTP request failed');
    return reply.code(500).send({ error: `internal error ${errorId}` });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'there is nothing at this path' }));

  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const reason = await checkReady();
    if (reason === undefined) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()));
  return app;
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}

function messageFor(status: number): string {
  switch (status) {
    case 413:
      return `the body is larger than ${BODY_BYTES_MAX} bytes`;
    case 415:
      return 'the body must be application/json';
    default:
      return 'the request is malformed; the body must be valid JSON';
  }
}
