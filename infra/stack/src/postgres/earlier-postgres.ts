import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { takeOver } from '../earlier-run.ts';
import { readIfPresent } from '../secret-file.ts';

const FAST_SHUTDOWN = 'SIGINT';
const GRACE_MS = 15_000;

/**
 * Makes way for a start: (1) a Postgres whose parent was killed and that still serves this cluster gets a fast
 * shutdown; (2) then the pid file it may have left is removed. Postgres by itself refuses to start while the pid in
 * that file exists, though it may by now belong to any other process, or to a dead one that nobody reaps, as is
 * usual in containers. It is removed only once no Postgres runs in the folder, which /proc tells; where there is no
 * /proc, Postgres's own check stays.
 */
export async function endEarlierPostgres(dataDir: string, cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const recorded = await readIfPresent(pidFile);
  await takeOver({
    dataDir,
    workingDir: cluster,
    program: 'postgres',
    stopSignal: FAST_SHUTDOWN,
    graceMs: GRACE_MS,
    leader: Number(recorded?.split('\n')[0]),
  });
  if (process.platform === 'linux') await rm(pidFile, { force: true });
}
