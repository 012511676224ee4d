import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes sure that one process alone works in a folder: two nodes in one would seal each other's open segments. The lock is a
 * Unix socket that this process listens on, so it goes with the process, however that ends.
 * @throws Error that names the folder if another process has it.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const unlock = await tryLockFolder(folder);
  if (unlock === undefined)
    throw new Error(`another node works in ${folder}; give each node its own TOLLGATE_DATA_DIR`);
  return unlock;
}

/** As `lockFolder`, but undefined if another process has the folder. */
export const tryLockFolder = (folder: string): Promise<(() => void) | undefined> => tryLock(realpathSync(folder));

/** A lock on anything that has a name on this machine. @returns how to give it back, or undefined if another process has it */
export async function tryLock(what: string): Promise<(() => void) | undefined> {
  const name = createHash('sha256').update(what).digest('hex').slice(0, 32);
  const path = join(tmpdir(), `tollgate-node-${name}.lock`);
  const server = (await listen(path)) ?? (await takeOver(path));
  server?.unref();
  return server && (() => void server.close());
}

/** Undefined if the socket's file is there already. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

/** A file that nobody listens behind was left by a process that was killed. */
async function takeOver(path: string): Promise<Server | undefined> {
  const isHeld = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => resolve(true)).on('error', () => resolve(false));
    socket.on('close', () => socket.destroy());
  });
  if (isHeld) return undefined;
  rmSync(path, { force: true });
  return listen(path);
}
