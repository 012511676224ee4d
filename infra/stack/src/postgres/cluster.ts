import { execFile } from 'node:child_process';
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Placement } from './placement.ts';

const run = promisify(execFile);

export const SUPERUSER = 'tollgate';

/** Postgres's own data folder. */
export function clusterOf(placement: Placement): string {
  return join(placement.home, 'cluster');
}

/** Only what Postgres needs: the PG* variables of whoever starts us would change what it does. */
export function postgresEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Makes the data folder with initdb, if there is none: UTF-8, sorted by code point, password (SCRAM) for every
 * connection. The effects, in order: (1) the password goes to a file that initdb reads, mode 0600; (2) initdb fills a
 * draft folder and syncs it; (3) the password file is removed; (4) the draft is renamed. A crash before (4) leaves
 * a draft, and at worst the password file in a closed folder, both replaced by the next start.
 */
export async function ensureCluster(placement: Placement, password: string): Promise<void> {
  const cluster = clusterOf(placement);
  const exists = await stat(join(cluster, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (exists) return;
  const draft = `${cluster}.draft`;
  const passwordFile = join(placement.home, 'initial-password');
  for (const leftover of [draft, passwordFile]) await rm(leftover, { recursive: true, force: true });

  await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  if (placement.account) await chown(passwordFile, placement.account.uid, placement.account.gid);
  await initialize(placement, draft, passwordFile);
  await rm(passwordFile);
  await rename(draft, cluster);
}

async function initialize(placement: Placement, draft: string, passwordFile: string): Promise<void> {
  const login = [`--username=${SUPERUSER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const text = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  try {
    await run(join(placement.bin, 'initdb'), [`--pgdata=${draft}`, ...login, ...text], {
      ...placement.account,
      cwd: placement.home,
      env: postgresEnv(),
    });
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    throw new Error(`Postgres could not make its data folder ${draft}:\n${said.trim()}`, { cause });
  }
}
