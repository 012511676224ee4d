import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PastRun, ShippedMessage } from '@tollgate/schema';
import { listSealedSegments } from './spool-folder.ts';

const MARK_SUFFIX = '.shipped';
/** Of so many runs is remembered how many records they had; there is one more with each start. */
const RUNS_MAX = 500;

/**
 * Keeps in mind, when a segment of a run has been shipped and is about to be removed, up to which number its records reached; so that it can
 * be proven later that all of them have arrived. A crash before the segment is removed leaves the segment to tell it.
 */
export const markShipped = (folder: string, segmentId: string, body: Buffer): Promise<void> =>
  writeFile(join(folder, `${bootIdOf(segmentId)}${MARK_SUFFIX}`), String(lastSeqOf(body)), { mode: 0o600 });

/** Tells the control plane, once all that earlier runs left has been shipped, and again with each new link. */
export function createPastRuns(folder: string, send: (message: ShippedMessage) => boolean) {
  const runs = readPastRuns(folder);
  let isTold = false;
  const tell = () => {
    if (!isTold && areShipped(folder, runs)) isTold = send({ type: 'shipped', runs: [...runs] });
  };
  return {
    /** A segment was shipped. */
    shipped: tell,
    /** The link is up, perhaps to another control plane. */
    linked() {
      isTold = false;
      tell();
    },
  };
}

/** The runs before this one that have left something, each with the highest number of its records. */
export function readPastRuns(folder: string): readonly PastRun[] {
  const marks = readdirSync(folder).filter((name) => name.endsWith(MARK_SUFFIX));
  const runs = new Map(
    marks.map((name) => [name.slice(0, -MARK_SUFFIX.length), Number(readFileSync(join(folder, name), 'utf8')) || 0]),
  );
  // The newest segment of a run comes last.
  const newest = new Map(listSealedSegments(folder).map((segment) => [bootIdOf(segment.id), segment]));
  for (const [bootId, { path }] of newest) runs.set(bootId, lastSeqOf(readFileSync(path)));
  const all = [...runs].toSorted(([one], [other]) => (one < other ? -1 : 1));
  for (const [bootId] of all.slice(0, -RUNS_MAX)) rmSync(join(folder, `${bootId}${MARK_SUFFIX}`), { force: true });
  return all.slice(-RUNS_MAX).map(([holder, lastSeq]) => ({ holder, lastSeq }));
}

/** Whether nothing of these runs waits to be shipped. */
export function areShipped(folder: string, runs: readonly PastRun[]): boolean {
  const waiting = new Set(listSealedSegments(folder).map(({ id }) => bootIdOf(id)));
  return runs.every(({ holder }) => !waiting.has(holder));
}

/** Of `<node id>.<boot id>.<number>`. */
const bootIdOf = (segmentId: string): string => segmentId.split('.').at(-2) ?? '';

/** The number of the last record, which stands at the end of its line; 0 if there is none. */
function lastSeqOf(body: Buffer): number {
  const tail = body.subarray(Math.max(0, body.length - 200)).toString('utf8');
  return Number(/"seq":(\d+)\}\n$/.exec(tail)?.[1] ?? 0);
}
