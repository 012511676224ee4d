import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { tryLockFolder } from '../folder-lock.ts';
import { listSealedSegments, recoverSpoolFolder } from './spool-folder.ts';

export type Gathered = {
  /** Of the sealed segments that were moved. */
  readonly bytes: number;
  /** Folders, by their names, that are still another process's: it is worth while to look again. */
  readonly heldElsewhere: readonly string[];
};

export type GatherOptions = {
  /** The folder in which each process of the node has one of its own; a node of one process uses this one itself. */
  readonly root: string;
  /** Where to; it is shipped from there. */
  readonly target: string;
  /** Whether a folder, by its name, belongs to a process that runs. */
  readonly isInUse?: (name: string) => boolean;
};

/**
 * Takes over what processes that are gone left in their spool folders: 1. seals what they left open, 2. moves the sealed
 * segments, 3. removes the folder. A crash in between leaves segments where the next gathering finds them. A folder
 * whose process still runs, though its supervisor be gone, is left alone.
 */
export async function gatherSegments({ root, target, isInUse = () => false }: GatherOptions): Promise<Gathered> {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  let bytes = 0;
  const heldElsewhere: string[] = [];
  if (root !== target) {
    recoverSpoolFolder(root);
    bytes += moveSegments(root, target);
  }
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const folder = join(root, entry.name);
    if (!entry.isDirectory() || folder === target || isInUse(entry.name) || !existsSync(folder)) continue;
    const unlock = await tryLockFolder(folder);
    if (unlock === undefined) {
      heldElsewhere.push(entry.name);
      continue;
    }
    recoverSpoolFolder(folder); // 1.
    bytes += moveSegments(folder, target); // 2.
    unlock();
    rmdirSync(folder); // 3.
  }
  return { bytes, heldElsewhere };
}

function moveSegments(from: string, to: string): number {
  let moved = 0;
  for (const { path, bytes, fileName } of listSealedSegments(from)) {
    renameSync(path, join(to, fileName));
    moved += bytes;
  }
  return moved;
}
