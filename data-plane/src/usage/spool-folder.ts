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
import { join, parse } from 'node:path';

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

/** Of `<node id>.<boot id>.<number>`. */
export const bootIdOf = (segmentId: string): string => segmentId.split('.').at(-2) ?? '';

/**
 * Whether anything of other runs than these waits in a node's spool: segments, be they open or sealed, or a folder that one of them had for
 * itself, into which it may still have written.
 */
export function hasSegmentsOfOthers(root: string, runs: ReadonlySet<string>): boolean {
  return readdirSync(root, { withFileTypes: true }).some((entry) =>
    entry.isDirectory()
      ? !runs.has(entry.name) || readdirSync(join(root, entry.name)).some((name) => !runs.has(bootIdOfFile(name)))
      : !runs.has(bootIdOfFile(entry.name)),
  );
}

const bootIdOfFile = (fileName: string): string => bootIdOf(parse(fileName).name);

/**
 * Seals what a killed process left open. A last line without its end was never answered for: its client did not get the
 * last byte, so it is cut off. Sealed segments without a record, which an earlier version left, are removed: no receiver
 * takes them, and all others would wait behind.
 */
export function recoverSpoolFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { path, bytes } of listSealedSegments(folder)) if (bytes === 0) rmSync(path);
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
