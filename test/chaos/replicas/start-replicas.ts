import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type Database } from '@tollgate/control-plane';
import { findFreePort, startPlane, startPostgres } from '@tollgate/stack';
import { createGraphqlClient, type GraphqlClient } from '../../support/graphql.ts';
import { createPart, type Part } from '../system/part.ts';
import { type CuttableLink, startCuttableLink } from './cuttable-link.ts';

export type Replica = Part & { readonly graphql: GraphqlClient };

/** Two replicas of the control plane on one Postgres, and nodes that know both. */
export type ReplicatedSystem = {
  readonly replicas: readonly [Replica, Replica];
  /** Where each node serves. */
  readonly gatewayUrls: readonly string[];
  /** All that stands between the last node and both replicas. */
  readonly links: readonly CuttableLink[];
  readonly db: Database;
  end(): Promise<void>;
};

const ADMIN_TOKEN = 'chaos-admin-token';

export async function startReplicas({ nodes: count }: { readonly nodes: number }): Promise<ReplicatedSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-replicas-'));
  const log = (line: string) => appendFileSync(join(folder, 'chaos.log'), `${new Date().toISOString()} ${line}\n`);
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const end = async () => {
    for (const one of ends.splice(0).reverse()) await one();
  };
  try {
    const env = { TOLLGATE_SEAL_KEY: randomBytes(32).toString('base64') };
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log });
    ends.push(() => postgres.stop({ remove: true }));
    const db = createDatabase(postgres.url);
    ends.push(() => db.destroy());

    const ports = [await findFreePort(), await findFreePort()] as const;
    const keep = async (part: Part) => {
      ends.push(async () => part.isRunning() && (await part.kill()));
      await part.start();
    };
    const createReplica = (port: number): Replica => {
      const own = {
        TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN,
        DATABASE_URL: postgres.url,
        TOLLGATE_CONTROL_PORT: String(port),
      };
      const part = createPart('a replica', () => startPlane('control-plane', { env: { ...env, ...own }, log }));
      return { ...part, graphql: createGraphqlClient(`http://127.0.0.1:${port}`, ADMIN_TOKEN) };
    };
    const replicas = [createReplica(ports[0]), createReplica(ports[1])] as const;
    for (const replica of replicas) await keep(replica);

    const links = [await startCuttableLink(ports[0]), await startCuttableLink(ports[1])];
    ends.push(() => Promise.all(links.map((link) => link.close())));
    const gatewayUrls: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const gatewayPort = await findFreePort();
      const isLast = index === count - 1;
      const controlUrls = isLast ? links.map(({ url }) => url) : ports.map((port) => `http://127.0.0.1:${port}`);
      const own = {
        TOLLGATE_DATA_DIR: join(folder, `node-${index}`),
        TOLLGATE_GATEWAY_PORT: String(gatewayPort),
        TOLLGATE_CONTROL_URL: controlUrls.join(','),
      };
      await keep(createPart(`node ${index}`, () => startPlane('data-plane', { env: { ...env, ...own }, log })));
      gatewayUrls.push(`http://127.0.0.1:${gatewayPort}`);
    }
    return { replicas, gatewayUrls, links, db, end };
  } catch (error) {
    await end();
    throw error;
  }
}
