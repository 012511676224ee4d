import { createKeyring, fingerprint, newId, newSecret, seal } from '@tollgate/schema';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { establishAdminToken } from './access/admin-token.ts';
import { createChangeSets } from './change-set/change-sets.ts';
import { createDatabase } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { waitForDatabase } from './database/wait-for-database.ts';
import { createFleet } from './fleet/fleet.ts';
import { addFleetRoutes } from './fleet/fleet-routes.ts';
import { startRevisionListener } from './fleet/revision-listener.ts';
import { createRevisionSource } from './fleet/revision-source.ts';
import { addGraphQL } from './graphql/apollo.ts';
import { createUsageQueries } from './graphql/usage/usage-queries.ts';
import { createApp } from './http/app.ts';
import { createMetrics } from './http/metrics.ts';
import { readLatestRevision } from './projection/revision-log.ts';

export type ControlPlaneConfig = {
  readonly databaseUrl: string;
  /** 32 bytes in base64. */
  readonly sealKey: string;
  /** Left out, the one that was made at the first start holds. */
  readonly adminToken?: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly analyticsUrl: string;
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
const VIRTUAL_KEY_PREFIX = 'sk-tg-';

/**
 * Starts a control plane: 1. waits for Postgres and migrates it, 2. establishes the admin token, 3. listens for revisions,
 * 4. serves. A crash between any two is mended by the next start; only an admin token that was made but not yet
 * printed is lost, and is replaced by deleting its row or setting one.
 * @throws if the sealing key is none, Postgres does not answer within a minute, or the port is taken
 */
export async function createControlPlane(config: ControlPlaneConfig): Promise<ControlPlane> {
  const { databaseUrl, logger } = config;
  const keyring = createKeyring(config.sealKey);
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
    const access = await establishAdminToken(db, config.adminToken, now());

    const source = createRevisionSource(db, keyring);
    const fleet = createFleet({ source, logger, now });
    const metrics = createMetrics(fleet.nodes);
    const readLatest = async () => (await readLatestRevision(db))?.revision ?? 0;
    const announce = (revision: number) => {
      metrics.observeRevision(revision);
      fleet.announce(revision);
    };
    announce(await readLatest());
    const listener = startRevisionListener({ databaseUrl, logger, readLatest, onRevision: announce });
    stops.push(listener.stop);

    const checkReady = async () => void (await sql`select 1 from revision limit 1`.execute(db));
    const app = createApp({ logger, metrics, newId, checkReady });
    // Fastify waits for open requests; links have no end of their own, so they are closed first.
    stops.push(() => app.close(), fleet.stop);
    const onMismatch = (details: object) => logger.error(details, 'the snapshot does not match its recorded checksum');
    addFleetRoutes(app, { fleet, keyring, snapshot: { db, keyring, onMismatch } });
    const secrets = {
      seal: (context: string, secret: string) => seal(keyring, context, secret),
      fingerprint: (secret: string) => fingerprint(keyring, secret),
      newVirtualKeySecret: () => newSecret(VIRTUAL_KEY_PREFIX),
    };
    const changeSets = metrics.measured(createChangeSets({ db, secrets, now, newId }));
    const usage = createUsageQueries(config.analyticsUrl, keyring.internalToken);
    const services = { db, changeSets, fleet, usage };
    await addGraphQL(app, { services, adminTokenHash: access.tokenHash, logger, newId });
    const url = await app.listen({ host: config.host, port: config.port });
    return { url, stop, ...(access.issued !== undefined && { issuedAdminToken: access.issued }) };
  } catch (error) {
    await stop();
    throw error;
  }
}
