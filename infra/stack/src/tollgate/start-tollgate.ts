import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startClickHouse } from '../clickhouse/start-clickhouse.ts';
import { startPostgres } from '../postgres/start-postgres.ts';
import { planeEnvironments } from './plane-environment.ts';
import { type RunningPlane, startPlane } from './start-plane.ts';

export type TollgateOptions = {
  readonly dataDir: string;
  /** `DATABASE_URL`, `CLICKHOUSE_URL` and `KAFKA_BROKERS` replace what is embedded; `TOLLGATE_*` is passed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says in a few words what is being started. */
  readonly onProgress?: (step: string) => void;
  readonly log?: (line: string) => void;
};

export type RunningTollgate = {
  readonly controlPlane: RunningPlane;
  readonly analytics: RunningPlane;
  readonly node: RunningPlane;
  /** The admin token, if this start made it; it is not kept anywhere. */
  readonly newAdminToken: string | undefined;
  readonly databaseUrl: string;
  readonly clickHouseUrl: string;
  readonly sealKey: string;
  /** `remove` also removes the database where it does not lie in the data folder; for tests. */
  stop(options?: StopOptions): Promise<void>;
};

type StopOptions = { readonly remove?: boolean };
type Stoppable = { stop(options?: StopOptions): Promise<void> };

const ADMIN_TOKEN_LINE = /admin token: (\S+)/;

/** Starts all of Tollgate on this machine. If one part fails, what was started is stopped, and the error is that part's. */
export async function startTollgate({
  dataDir: givenDir,
  env,
  onProgress = () => {},
  log,
}: TollgateOptions): Promise<RunningTollgate> {
  const dataDir = resolve(givenDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const started: Stoppable[] = [];
  /** The last started is stopped first: the node ships its usage while analytics and ClickHouse still run. */
  const stop = async (options?: StopOptions) => {
    for (const part of started.splice(0).reverse()) await part.stop(options);
  };
  const keep = <T extends Stoppable>(part: T): T => {
    started.push(part);
    return part;
  };
  let newAdminToken: string | undefined;
  const watch = (line: string) => {
    const token = ADMIN_TOKEN_LINE.exec(line)?.[1];
    if (token === undefined) log?.(line);
    else newAdminToken = token;
  };

  try {
    const logging = log === undefined ? {} : { log };
    onProgress(env['DATABASE_URL'] ? 'using your Postgres' : 'starting Postgres');
    onProgress(env['CLICKHOUSE_URL'] ? 'using your ClickHouse' : 'starting ClickHouse');
    const [databaseUrl, clickHouseUrl, sealKey] = await allStarted([
      env['DATABASE_URL'] ??
        startPostgres({ dataDir: join(dataDir, 'postgres'), ...logging }).then((postgres) => keep(postgres).url),
      env['CLICKHOUSE_URL'] ??
        startClickHouse({ dataDir: join(dataDir, 'clickhouse'), ...logging }).then(
          (clickHouse) => keep(clickHouse).url,
        ),
      env['TOLLGATE_SEAL_KEY'] ?? keptSealKey(dataDir),
    ]);
    const environments = planeEnvironments(env, { databaseUrl, clickHouseUrl, sealKey, dataDir });
    onProgress('starting the control plane and analytics');
    const [controlPlane, analytics] = await allStarted([
      startPlane('control-plane', { env: environments['control-plane'], log: watch }).then(keep),
      startPlane('analytics', { env: environments.analytics, ...logging }).then(keep),
    ]);
    onProgress('starting the gateway');
    const node = keep(await startPlane('data-plane', { env: environments['data-plane'], ...logging }));
    return { controlPlane, analytics, node, newAdminToken, databaseUrl, clickHouseUrl, sealKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for all of them, also if one fails, so that what did start can be stopped. */
async function allStarted<T extends readonly unknown[]>(
  parts: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

/** The embedded sealing key: made at the first start, in a file that only its owner can read. */
async function keptSealKey(dataDir: string): Promise<string> {
  const file = join(dataDir, 'seal-key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const key = randomBytes(32).toString('base64');
    await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
    return key;
  }
}
