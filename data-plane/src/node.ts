import { setTimeout as sleep } from 'node:timers/promises';
import { createRequestIds, createTokenChoice, type Keyring } from '@tollgate/schema';
import { createPriceBook } from '@tollgate/schema/price-book';
import type { Logger } from 'pino';
import { createKeyGrants } from './admission/key-grant.ts';
import { createChatCompletions } from './chat/chat-completions.ts';
import { nowUs, overheadUs } from './chat/exchange.ts';
import { createConfigStore } from './config/config-store.ts';
import { dialectFor } from './dialects/index.ts';
import type { Environment } from './environment.ts';
import { createBodyBudget } from './http/body-budget.ts';
import { createClientAddress } from './http/client-address.ts';
import { createGatewayServer } from './http/server.ts';
import { createNodeMetrics } from './metrics/node-metrics.ts';
import type { Place } from './place.ts';
import { createEstimator } from './quota/estimator.ts';
import { createQuotaBook } from './quota/quota-book.ts';
import { createQuotaGate } from './quota/quota-gate.ts';
import { createQuotaScopes } from './quota/quota-scopes.ts';
import { processSchedule } from './quota/schedule.ts';
import { createDeploymentStates } from './routing/deployment-state.ts';
import { createHealthChecks } from './routing/health-checks.ts';
import { createProviderHealths } from './routing/provider-health.ts';
import { createRouter } from './routing/router.ts';
import { startThread } from './tokens/thread.ts';
import { createTokenCounter } from './tokens/token-counter.ts';
import { createUpstream } from './upstream/create-upstream.ts';
import { guardUpstream } from './upstream/guarded-upstream.ts';
import { probeOverHttp } from './upstream/probe.ts';
import { createHttpTransport } from './usage/http-transport.ts';
import { createKafkaTransport } from './usage/kafka-transport.ts';
import { createPrices } from './usage/prices.ts';
import { createShipper } from './usage/shipper.ts';
import { createSpool } from './usage/spool.ts';
import { recoverSpoolFolder } from './usage/spool-folder.ts';
import { createSpoolGuard } from './usage/spool-guard.ts';

const SHIP_ON_STOP_MS = 5_000;

export type GatewayNode = { readonly url: string; stop(): Promise<void> };

/** Builds a process that serves and starts it: it serves as soon as it has a configuration, from disk or from the control plane. */
export async function startNode(env: Environment, keyring: Keyring, place: Place, log: Logger): Promise<GatewayNode> {
  const { nodeId, bootId, spoolFolder } = place;
  recoverSpoolFolder(spoolFolder);

  const config = createConfigStore(keyring, place.disk);
  const link = place.link(config);
  const priceBook = createPriceBook();
  const prices = createPrices(config.index, priceBook);
  const providerHealths = createProviderHealths();
  const states = createDeploymentStates(providerHealths);
  const router = createRouter(config.index, config.openSealed, {
    states,
    prices,
    priceBook,
    onUnusable: (error) => log.error({ error: String(error) }, 'a fallback cannot be used on this node'),
  });
  const grants = createKeyGrants(config.index);
  const nowMs = () => performance.now();
  const book = createQuotaBook({
    holder: bootId,
    link: { send: (message) => link.send({ ...message, recorded: spool.recorded() }) },
    nowMs,
    schedule: processSchedule,
  });
  link.onMessage((message) => (message.type === 'grant' ? book.granted(message) : book.recalled(message)));
  link.onConnect(book.linked);
  const estimator = createEstimator();
  const counter = createTokenCounter({
    index: config.index,
    startThread,
    schedule: processSchedule,
    nowMs,
    onTold: (outcome) => metrics.counted(outcome),
    onThreadFailure: (error) => log.error({ error: String(error) }, 'the thread that counts tokens ended'),
  });
  const quotaScopes = createQuotaScopes(config.index);
  const healthChecks = createHealthChecks({
    index: config.index,
    openSealed: config.openSealed,
    healths: providerHealths,
    probe: probeOverHttp,
    schedule: processSchedule,
    random: Math.random,
    onUnusable: (error) => log.error({ error: String(error) }, 'a provider cannot be checked by this node'),
  });
  config.onChange(() => {
    router.reset();
    prices.reset();
    grants.reset();
    quotaScopes.reset();
    book.configured();
    healthChecks.configured();
    counter.configured();
  });

  const transport =
    env.KAFKA_BROKERS.length > 0
      ? createKafkaTransport(env.KAFKA_BROKERS, nodeId)
      : createHttpTransport(env.TOLLGATE_ANALYTICS_URL, createTokenChoice(keyring.internalTokens));
  const shipper = createShipper(spoolFolder, transport, log, place.shipped);
  const guard = createSpoolGuard(env.TOLLGATE_SPOOL_BYTES_MAX, shipper.backlogBytes);
  const spool = guard.watch(
    createSpool({
      folder: spoolFolder,
      nodeId,
      bootId,
      sealAfterMs: env.TOLLGATE_SEAL_AFTER_MS,
      onSealed: shipper.wake,
    }),
  );

  const onThrow = (error: unknown) => log.error({ error: String(error) }, 'a request failed within the node');
  const upstream = guardUpstream(createUpstream(), onThrow);
  const metrics = createNodeMetrics({
    inFlight: () => server.openRequests() + chat.mirrorsInFlight(),
    revision: config.revision,
    isLinked: link.isConnected,
    spoolBacklogBytes: shipper.backlogBytes,
    deployments: states.all,
    providers: healthChecks.all,
  });
  const bodyBudget = createBodyBudget(env.TOLLGATE_BODY_BYTES_TOTAL_MAX);
  const chat = createChatCompletions({
    config,
    router,
    prices,
    dialectOf: ({ row }) => dialectFor(row.dialect),
    spool,
    gate: createQuotaGate({ book, scopes: quotaScopes, estimator, counter, nowMs }),
    estimator,
    counter,
    upstream,
    random: Math.random,
    requestIds: createRequestIds(),
    hasRoom: (mirrors) => guard.canRecord() && server.openRequests() + mirrors < env.TOLLGATE_IN_FLIGHT_MAX,
    bodyBudget,
    onMirrorSkipped: metrics.mirrored,
    onRefused: metrics.refused,
    onFailure: onThrow,
    onSettled(exchange, cause) {
      const { route, deployment } = exchange.attempt;
      // No client waits for it: the times of requests are those that clients see.
      if (exchange.mirrorOf !== undefined) return metrics.mirrored(exchange.model, cause);
      const atUs = nowUs();
      metrics.settled(
        { model: route.name, deployment: deployment.name, cause },
        atUs - exchange.timeline.arrivedUs,
        overheadUs(exchange, atUs),
      );
    },
  });

  let isDraining = false;
  const server = createGatewayServer({
    config,
    grants,
    chat,
    headerNames: router.headerNames,
    clientAddress: createClientAddress(env.TOLLGATE_TRUSTED_PROXIES),
    bodyBudget,
    bodyBytesMax: env.TOLLGATE_BODY_BYTES_MAX,
    inFlightMax: env.TOLLGATE_IN_FLIGHT_MAX,
    canRecord: guard.canRecord,
    readiness: place.readiness,
    onRefused: metrics.refused,
    metricsText: place.metricsText,
  });

  const url = await place.open({
    config,
    server,
    metrics,
    unreadiness() {
      if (isDraining) return 'draining';
      if (!config.isReady()) return 'no configuration yet';
      return guard.canRecord() ? undefined : 'usage cannot be recorded';
    },
    onSegments: shipper.wake,
  });
  log.info({ url, nodeId }, 'the node listens');

  return {
    url,
    /** In this order, so that nothing answered goes unrecorded. A kill in between is what the spool is made for. */
    async stop() {
      isDraining = true;
      healthChecks.close();
      place.close();
      server.drain(); // 1. no new connections; those kept alive are closed behind their next answer
      const isOver = place.isPatient() ? () => server.openConnections() === 0 : () => server.openRequests() === 0;
      await until(() => isOver() && chat.mirrorsInFlight() === 0, env.TOLLGATE_DRAIN_MS); // 2. what runs may end
      server.refuseAll();
      chat.abortAll(); // 3. what still runs is ended and recorded, and nothing more is admitted
      const counting = counter.close(); // 4. nothing waits for a count any more
      book.close(); // 5. what was leased and not spent goes back
      spool.close(); // 6. the last records are written and sealed
      await shipper.stop(SHIP_ON_STOP_MS); // 7. and shipped; what is not goes out after the next start
      server.close();
      await Promise.all([counting, upstream.close(), transport.close()]);
      await place.leave();
    },
  };
}

async function until(condition: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition() && Date.now() < deadline) await sleep(10);
}
