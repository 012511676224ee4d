import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createKeyring, createTokenChoice, newId } from '@tollgate/schema';
import type { Logger } from 'pino';
import { createAccess } from './access/access.ts';
import { establishAdminToken } from './access/admin-token.ts';
import { addOidcRoutes } from './access/http/oidc-routes.ts';
import { addSignInRoutes } from './access/http/sign-in-routes.ts';
import type { OidcConfig } from './access/oidc/oidc-client.ts';
import { createChangeSets } from './change-set/change-sets.ts';
import { createDatabase } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { waitForDatabase } from './database/wait-for-database.ts';
import { createDrafts } from './draft/drafts.ts';
import { addFleetRoutes } from './fleet/fleet-routes.ts';
import { startFleet } from './fleet/start-fleet.ts';
import { addGraphQL, GRAPHQL_PATH } from './graphql/apollo.ts';
import { createUsageQueries } from './graphql/usage/usage-queries.ts';
import { createApp } from './http/app.ts';
import { addEventExport } from './http/event-export.ts';
import { createMetrics } from './http/metrics.ts';
import { addPages } from './http/pages.ts';
import { createUpgrades } from './http/upgrades.ts';
import { checkProjectionVersion, isOutdated } from './projection/rebuild/projection-version.ts';
import { ensureProjections } from './projection/rebuild/rebuild.ts';
import { createRebuildLog } from './projection/rebuild/rebuild-log.ts';
import { createCalendar } from './quota/calendar.ts';
import { startQuotaJobs } from './quota/quota-jobs.ts';
import { createQuotas } from './quota/quotas.ts';
import { readAnalyticsKeys } from './secrets/analytics-keys.ts';
import { establishInstallationKey } from './secrets/installation-key.ts';
import { findByPersonal } from './secrets/personal-digests.ts';
import { createSealingService } from './secrets/sealing-service.ts';
import { createSecretStore } from './secrets/secret-store.ts';

export type ControlPlaneConfig = {
  readonly databaseUrl: string;
  /** 32 bytes in base64. */
  readonly sealKey: string;
  /** Sealing keys that are still accepted. */
  readonly previousSealKeys?: readonly string[];
  /** Left out, the one that was made at the first start holds. */
  readonly adminToken?: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly analyticsUrl: string;
  /** Where browsers reach it; left out, at its own address. */
  readonly publicUrl?: string;
  readonly trustedProxies?: string;
  /** An identity provider with which users may sign in. */
  readonly oidc?: OidcConfig;
  /** Domains whose verified addresses let somebody in whom nobody declared; without any role. */
  readonly newcomerDomains?: readonly string[];
  readonly logger: Logger;
};

export type ControlPlane = {
  /** Where it listens, such as `http://127.0.0.1:4100`. */
  readonly url: string;
  /** The admin token, only if it was made by this start. */
  readonly issuedAdminToken?: string;
  /** Finishes what is under way, closes all links and ends all connections. */
  stop(): Promise<void>;
};

const DATABASE_WAIT_MS = 60_000;

/**
 * Starts a control plane: 1. waits for Postgres and migrates it, 2. makes the projections anew if another version made
 * them, 3. establishes the admin token, 4. listens for revisions, 5. serves. A crash between any two is mended by the next
 * start; only an admin token that was made but not yet printed is lost, and is replaced by deleting its row or setting one.
 * @throws if the sealing key is none or is not that of this database, the database is of a later version, Postgres does not
 *   answer within a minute, or the port is taken
 */
export async function createControlPlane(config: ControlPlaneConfig): Promise<ControlPlane> {
  const { databaseUrl, logger } = config;
  const keyring = createKeyring(config.sealKey, config.previousSealKeys);
  const now = () => new Date();
  const db = createDatabase(databaseUrl, (error) => logger.warn({ error }, 'an idle connection to Postgres broke'));
  const stops: (() => unknown)[] = [() => db.destroy()];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };

  try {
    await waitForDatabase(db, {
      timeoutMs: DATABASE_WAIT_MS,
      onWaiting: () => logger.info('waiting for Postgres'),
    });
    await migrate(db);
    await ensureProjections({ db, now, ...createRebuildLog(logger) });
    const installationKey = await establishInstallationKey(db, keyring, now());
    const adminToken = await establishAdminToken(db, config.adminToken, now());

    const metrics = createMetrics(() => fleet.linked());
    const fleet = await startFleet({
      db,
      databaseUrl,
      keyring,
      replicaId: `${hostname()}-${newId()}`,
      logger,
      now,
      newId,
      onRevision: metrics.observeRevision,
    });

    const checkReady = () => checkProjectionVersion(db).then(() => undefined, explainNotReady);
    const app = createApp({ logger, metrics, newId, trustedProxies: config.trustedProxies, checkReady });
    // Fastify waits for open requests; links have no end of their own, so they are closed first.
    stops.push(() => app.close(), fleet.stop);
    const upgrades = createUpgrades(app);
    addPages(app, { graphqlPath: GRAPHQL_PATH, newNonce: () => randomBytes(16).toString('base64') });
    const onMismatch = (details: object) => logger.error(details, 'the snapshot does not match its recorded checksum');
    addFleetRoutes(app, { upgrades, links: fleet.links, keyring, snapshot: { db, keyring, onMismatch } });
    const secrets = createSecretStore({ keyring, installationKey, now });
    const carrying = { db, secrets, now, newId, measured: metrics.measured };
    const changeSets = createChangeSets(carrying);
    const analyticsTokens = createTokenChoice(keyring.internalTokens);
    const usage = createUsageQueries(config.analyticsUrl, analyticsTokens);
    const access = createAccess({
      db,
      adminTokenHash: adminToken.tokenHash,
      isAdminTokenGiven: config.adminToken !== undefined,
      origin: new URL(config.publicUrl ?? `http://${config.host}:${config.port}`).origin,
      oidc: config.oidc,
      newcomerDomains: config.newcomerDomains ?? [],
      changeSets,
      findUsersByEmail: (email) =>
        findByPersonal(db, installationKey, { kind: 'user', field: 'email', text: email, limit: 2 }),
      logger,
      now,
      newId,
    });
    addSignInRoutes(app, access.routes.signIn);
    if (access.routes.oidc) addOidcRoutes(app, access.routes.oidc);
    addEventExport(app, { db, authenticator: access.authenticator });
    const readAnalytics = () => readAnalyticsKeys(config.analyticsUrl, analyticsTokens);
    const sealing = createSealingService({ db, keyring, readAnalytics });
    const calendar = createCalendar();
    const quotas = createQuotas({ db, calendar, now, newId });
    stops.push(startQuotaJobs({ db, calendar, ledger: usage, logger, onDrift: metrics.observeDrift }).stop);
    const services = { db, changeSets, quotas, drafts: createDrafts(carrying), fleet, usage, secrets, sealing, access };
    await addGraphQL(app, { upgrades, services, authenticator: access.authenticator, logger, newId });
    const url = await app.listen({ host: config.host, port: config.port });
    return { url, stop, ...(adminToken.issued !== undefined && { issuedAdminToken: adminToken.issued }) };
  } catch (error) {
    await stop();
    throw error;
  }
}

const explainNotReady = (error: unknown): string =>
  isOutdated(error) ? error.message : 'the database does not answer';
