import { randomUUID } from 'node:crypto';
import { type AcceptedSealingKeys, SEALING_KEYS_PATH } from '@tollgate/schema';
import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import { requireBearer } from './bearer.ts';
import { installErrorHandler } from './error-handler.ts';
import { refuse } from './refusal.ts';

export type ServerDeps = {
  readonly internalTokens: readonly string[];
  /** Ids of the sealing keys that these tokens follow from. */
  readonly sealingKeys: readonly string[];
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Why the service cannot work now, such as 'ClickHouse cannot be reached'; undefined if it can. */
  readonly whyNotReady: () => Promise<string | undefined>;
  /** Whether the tables are there; until then the routes answer 503. */
  readonly isMigrated: () => boolean;
  /** Routes behind the internal token, which need the tables. */
  readonly routes: readonly FastifyPluginAsync[];
};

const REQUEST_TIMEOUT_MS = 30_000;

export function createServer(deps: ServerDeps) {
  const { internalTokens, sealingKeys, metrics, log, whyNotReady, isMigrated, routes } = deps;
  const server: FastifyInstance = fastify({
    logger: false,
    genReqId: () => randomUUID(),
    requestTimeout: REQUEST_TIMEOUT_MS,
  });
  installErrorHandler(server, log);

  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const reason = await whyNotReady();
    return reason === undefined ? { status: 'ready' } : refuse(reply, { code: 'not_ready', message: reason });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );

  server.register(async (internal) => {
    internal.addHook('onRequest', requireBearer(internalTokens));
    internal.get(SEALING_KEYS_PATH, async (): Promise<AcceptedSealingKeys> => ({ accepted: [...sealingKeys] }));
    await internal.register(async (prepared) => {
      prepared.addHook('onRequest', async (_request, reply) => {
        if (!isMigrated()) return refuse(reply, { code: 'not_ready', message: 'ClickHouse is not prepared yet' });
      });
      for (const route of routes) await prepared.register(route);
    });
  });
  return server;
}
