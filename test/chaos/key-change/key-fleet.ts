import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, type RunningPlane, startClickHouse, startPlane, startPostgres } from '@tollgate/stack';
import { createGraphqlClient, type GraphqlClient } from '../../support/graphql.ts';
import { createPart, type Part } from '../system/part.ts';

/** The sealing keys that a process is started with. */
export type Keys = { readonly current: string; readonly previous?: readonly string[] };

/** One process whose sealing keys can be changed by starting it again; the rest of it stays. */
export type KeyedPart = Pick<Part, 'stop' | 'isRunning'> & {
  readonly url: string;
  startWith(keys: Keys): Promise<void>;
};

/** Two replicas of the control plane, a node linked to each, and analytics, all on one database. */
export type KeyFleet = {
  readonly planes: readonly [KeyedPart, KeyedPart];
  readonly nodes: readonly [KeyedPart, KeyedPart];
  readonly analytics: KeyedPart;
  /** Asks one of the replicas. */
  readonly graphql: readonly [GraphqlClient, GraphqlClient];
  readonly databaseUrl: string;
  log(): string;
  end(): Promise<void>;
};

const ADMIN_TOKEN = 'key-change-admin-token';
const urlAt = (port: number) => `http://127.0.0.1:${port}`;

export async function startKeyFleet(keys: Keys): Promise<KeyFleet> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tollgate-key-change-'));
  const logFile = join(dataDir, 'fleet.log');
  const log = (line: string) => appendFileSync(logFile, `${line}\n`);
  const ports = await Promise.all(Array.from({ length: 5 }, findFreePort));
  const [one = 0, two = 0, analyticsPort = 0, first = 0, second = 0] = ports;
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), log });
  const clickHouse = await startClickHouse({ dataDir: join(dataDir, 'clickhouse'), log });

  function keyed(url: string, start: (keyEnv: Record<string, string>) => Promise<RunningPlane>): KeyedPart {
    let given = keys;
    const part = createPart(url, () =>
      start({ TOLLGATE_SEAL_KEY: given.current, TOLLGATE_SEAL_KEY_PREVIOUS: (given.previous ?? []).join(', ') }),
    );
    return {
      ...part,
      url,
      startWith(next) {
        given = next;
        return part.start();
      },
    };
  }
  const plane = (port: number) =>
    keyed(urlAt(port), (keyEnv) => {
      const env = {
        TOLLGATE_CONTROL_PORT: String(port),
        TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN,
        DATABASE_URL: postgres.url,
      };
      return startPlane('control-plane', {
        env: { ...env, TOLLGATE_ANALYTICS_URL: urlAt(analyticsPort), ...keyEnv },
        log,
      });
    });
  const node = (port: number, controlPort: number) =>
    keyed(urlAt(port), (keyEnv) => {
      const urls = { TOLLGATE_CONTROL_URL: urlAt(controlPort), TOLLGATE_ANALYTICS_URL: urlAt(analyticsPort) };
      const folder = { TOLLGATE_DATA_DIR: join(dataDir, `node-${port}`) };
      return startPlane('data-plane', {
        env: { ...urls, ...folder, TOLLGATE_GATEWAY_PORT: String(port), ...keyEnv },
        log,
      });
    });
  const analytics = keyed(urlAt(analyticsPort), (keyEnv) => {
    const env = { CLICKHOUSE_URL: clickHouse.url, TOLLGATE_ANALYTICS_PORT: String(analyticsPort), ...keyEnv };
    return startPlane('analytics', { env, log });
  });
  const planes = [plane(one), plane(two)] as const;
  const nodes = [node(first, one), node(second, two)] as const;
  const parts = [...planes, analytics, ...nodes];

  async function end(): Promise<void> {
    for (const part of parts.toReversed()) if (part.isRunning()) await part.stop();
    await clickHouse.stop();
    await postgres.stop({ remove: true });
    if (process.env['TOLLGATE_CHAOS_KEEP'] !== '1') await rm(dataDir, { recursive: true, force: true });
  }
  try {
    for (const part of parts) await part.startWith(keys);
  } catch (error) {
    await end();
    throw error;
  }
  const graphql = [createGraphqlClient(urlAt(one), ADMIN_TOKEN), createGraphqlClient(urlAt(two), ADMIN_TOKEN)] as const;
  return {
    planes,
    nodes,
    analytics,
    graphql,
    databaseUrl: postgres.url,
    log: () => readFileSync(logFile, 'utf8'),
    end,
  };
}
