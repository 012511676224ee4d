import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findFreePort, type RunningPlane, startPlane, startPostgres } from '@tollgate/stack';
import { createGraphqlClient, type GraphqlClient } from '../../support/graphql.ts';

/** What a node is started with beside the usual: environment, and arguments for `node` itself. */
export interface NodeStart {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

/** A real Postgres and a real control plane, each a process of its own. */
export interface Bed {
  readonly controlUrl: string;
  readonly controlPid: number;
  readonly adminToken: string;
  readonly sealKey: string;
  /** Removed at the end. */
  readonly folder: string;
  readonly graphql: GraphqlClient;
  /** Starts a real node with an empty folder, or one that has what an earlier node of the name left. */
  startNode(name: string, more?: NodeStart): Promise<RunningPlane>;
  stop(): Promise<void>;
}

/**
 * @param data keeps the database and the sealing key for another run; a temporary folder if undefined
 * @param workers processes that serve, of each node
 */
export async function startBed(data: string | undefined, workers = 1): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-control-'));
  const dataDir = resolve(data ?? folder);
  await mkdir(dataDir, { recursive: true });
  const sealKey = await keptSecret(join(dataDir, 'seal-key'));
  const adminToken = createHash('sha256').update(sealKey).digest('hex');
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') });
    stops.push(() => postgres.stop({ remove: data === undefined }));
    const shared = { TOLLGATE_SEAL_KEY: sealKey, LOG_LEVEL: 'error' };
    const control = await startPlane('control-plane', {
      env: {
        ...shared,
        DATABASE_URL: postgres.url,
        TOLLGATE_ADMIN_TOKEN: adminToken,
        TOLLGATE_CONTROL_PORT: String(await findFreePort()),
      },
      log: (line) => process.stderr.write(`${line}\n`),
    });
    stops.push(control.stop);
    return {
      controlUrl: control.url,
      controlPid: control.pid,
      adminToken,
      sealKey,
      folder,
      graphql: createGraphqlClient(control.url, adminToken),
      async startNode(name, { env = {}, nodeArgs = [] } = {}) {
        const node = await startPlane('data-plane', {
          nodeArgs,
          env: {
            ...shared,
            TOLLGATE_CONTROL_URL: control.url,
            TOLLGATE_WORKERS: String(workers),
            TOLLGATE_DATA_DIR: join(folder, name),
            TOLLGATE_GATEWAY_PORT: String(await findFreePort()),
            ...env,
          },
          log: (line) => process.stderr.write(`${line}\n`),
        });
        stops.push(node.stop);
        return node;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function keptSecret(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept;
  const made = randomBytes(32).toString('base64');
  await writeFile(file, made, { mode: 0o600 });
  return made;
}
