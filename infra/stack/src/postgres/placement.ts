import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent } from '../secret-file.ts';
import { type Account, unprivilegedAccount } from './account.ts';
import { addMissingSymlinks, copyNativePackage, findNativePackage, type NativePackage } from './native-binaries.ts';
import { isReachable } from './reachable.ts';

/** Where data and programs go that an unprivileged account must reach when the given folder is closed to it. */
const RELOCATION_ROOT = '/var/lib/tollgate';

export interface Placement {
  /** Whom Postgres runs as; absent: as ourselves. */
  readonly account?: Account;
  /** Holds `cluster`, Postgres's own data folder. Writable by the account. */
  readonly home: string;
  readonly bin: string;
  /** True if `home` lies outside the folder that was given. */
  readonly isRelocated: boolean;
}

/**
 * Decides where Postgres keeps its data, whose programs it runs and as whom. An ordinary user: in `dataDir`, with
 * the installed programs, as that user. Root: as the owner of the data there already are, else as nobody; and what
 * that account cannot reach (root's home is closed to it) is put under /var/lib/tollgate, the data in a folder
 * whose random name is kept in `dataDir`, so that a `dataDir` made anew starts afresh.
 */
export async function placePostgres(dataDir: string): Promise<Placement> {
  await mkdir(dataDir, { recursive: true });
  const installed = await findNativePackage();
  if (process.getuid?.() !== 0) {
    await addMissingSymlinks(installed.folder);
    const home = homeInside(dataDir);
    await mkdir(home, { recursive: true, mode: 0o700 });
    return { home, bin: binOf(installed), isRelocated: false };
  }
  const account = (await ownerOfData(dataDir)) ?? (await unprivilegedAccount());
  const programs = await placePrograms(installed, account);
  const relocated = await relocatedHome(dataDir, account);
  const home = relocated ?? homeInside(dataDir);
  await mkdir(home, { recursive: true });
  await chown(home, account.uid, account.gid);
  await chmod(home, 0o700);
  return { account, home, bin: binOf(programs), isRelocated: relocated !== undefined };
}

async function placePrograms(installed: NativePackage, account: Account): Promise<NativePackage> {
  if (await isReachable(binOf(installed), account)) {
    const { mode } = await stat(join(binOf(installed), 'postgres'));
    if ((mode & 0o005) === 0o005) {
      await addMissingSymlinks(installed.folder);
      return installed;
    }
  }
  const shared = join(RELOCATION_ROOT, 'postgres-programs');
  await makeOpenFolder(RELOCATION_ROOT);
  await makeOpenFolder(shared);
  return copyNativePackage(installed, shared);
}

/** The folder outside `dataDir`, once one was chosen or where one is needed; undefined: the data stay inside. */
async function relocatedHome(dataDir: string, account: Account): Promise<string | undefined> {
  const idFile = join(dataDir, 'instance-id');
  let id = await readIfPresent(idFile);
  if (id === undefined) {
    if (await isReachable(dataDir, account)) return undefined;
    id = randomUUID();
    await writeFile(idFile, id, { mode: 0o600 });
  }
  if (!/^[0-9a-f-]{36}$/.test(id)) {
    throw new Error(`${idFile} must hold a UUID. Restore it, or delete ${dataDir} to start afresh.`);
  }
  const shared = join(RELOCATION_ROOT, 'postgres-data');
  await makeOpenFolder(RELOCATION_ROOT);
  await makeOpenFolder(shared);
  return join(shared, id);
}

/** Not by mkdir's mode alone: the umask of a careful root would close it. */
async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

function homeInside(dataDir: string): string {
  return join(dataDir, 'server');
}

async function ownerOfData(dataDir: string): Promise<Account | undefined> {
  const owner = await stat(homeInside(dataDir)).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? undefined : { uid: owner.uid, gid: owner.gid };
}

function binOf(programs: NativePackage): string {
  return join(programs.folder, 'native', 'bin');
}
