import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

const OPEN_SUFFIX = '.open';
const SEALED_SUFFIX = '.sealed';
const LINE_FEED = 0x0a;

/** A sealed segment that waits to be shipped. */
export type SealedSegment = {
  readonly id: string;
  readonly fileName: string;
  readonly path: string;
  readonly bytes: number;
};

export const openSegmentPath = (folder: string, id: string): string => join(folder, `${id}${OPEN_SUFFIX}`);

/** Gives an open segment its final name, after which its bytes never change. */
export function sealSegment(folder: string, id: string): void {
  renameSync(openSegmentPath(folder, id), join(folder, `${id}${SEALED_SUFFIX}`));
}

/** Sealed segments, the oldest first: their ids sort by boot (time-ordered) and number. */
export function listSealedSegments(folder: string): SealedSegment[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(SEALED_SUFFIX))
    .sort()
    .map((name) => ({
      id: name.slice(0, -SEALED_SUFFIX.length),
      fileName: name,
      path: join(folder, name),
      bytes: statSync(join(folder, name)).size,
    }));
}

/**
 * Seals what a killed process left open. A last line without its end was never answered for: its client did not get the
 * last byte, so it is cut off.
 */
export function recoverSpoolFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder).filter((file) => file.endsWith(OPEN_SUFFIX))) {
    const path = join(folder, name);
    const wholeBytes = readFileSync(path).lastIndexOf(LINE_FEED) + 1;
    if (wholeBytes === 0) {
      rmSync(path);
      continue;
    }
    truncateTo(path, wholeBytes);
    sealSegment(folder, name.slice(0, -OPEN_SUFFIX.length));
  }
}

function truncateTo(path: string, bytes: number): void {
  const file = openSync(path, 'r+');
  ftruncateSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
}
