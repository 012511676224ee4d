import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PastRun, ShippedMessage } from '@tollgate/schema';
import { listSealedSegments } from './spool-folder.ts';

/** Of so many runs is remembered how many records they had; there is one more with each start. */
const RUNS_MAX = 500;

/** What earlier runs of the node have left, and how many records each of them made. */
export type PastRuns = {
  /**
   * Keeps in mind up to which number the records of a run reach, of which a segment was shipped and is about to be removed; so that it can be
   * proven later that all of them have arrived. A crash before the segment is removed leaves the segment to tell it.
   */
  mark(segmentId: string, body: Buffer): Promise<void>;
  /** A segment was removed. */
  shipped(): void;
  /** The link is up, perhaps to another control plane. */
  linked(): void;
};

/** Tells the control plane, once all that earlier runs left has been shipped, and again with each new link. */
export function createPastRuns(options: {
  readonly spoolFolder: string;
  /** Where it is kept, one small file for each run. */
  readonly folder: string;
  /** Says it to the control plane; false if that is out of reach. */
  send(message: ShippedMessage): boolean;
}): PastRuns {
  const { spoolFolder, folder, send } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const runs = readPastRuns(spoolFolder, folder);
  let isTold = false;

  function tell(): void {
    if (!isTold && areShipped(spoolFolder, runs)) isTold = send({ type: 'shipped', runs: [...runs] });
  }

  return {
    mark: (segmentId, body) => writeFile(join(folder, bootIdOf(segmentId)), String(lastSeqOf(body)), { mode: 0o600 }),
    shipped: tell,
    linked() {
      isTold = false;
      tell();
    },
  };
}

/** The runs before this one that have left something, each with the highest number of its records. The oldest are forgotten. */
function readPastRuns(spoolFolder: string, folder: string): readonly PastRun[] {
  const runs = new Map(
    readdirSync(folder).map((bootId) => [bootId, Number(readFileSync(join(folder, bootId), 'utf8')) || 0]),
  );
  // The newest segment of a run comes last.
  const newest = new Map(listSealedSegments(spoolFolder).map((segment) => [bootIdOf(segment.id), segment]));
  for (const [bootId, { path }] of newest) runs.set(bootId, lastSeqOf(readFileSync(path)));
  const all = [...runs].toSorted(([one], [other]) => (one < other ? -1 : 1));
  for (const [bootId] of all.slice(0, -RUNS_MAX)) rmSync(join(folder, bootId), { force: true });
  return all.slice(-RUNS_MAX).map(([holder, lastSeq]) => ({ holder, lastSeq }));
}

/** Whether nothing of these runs waits to be shipped. */
function areShipped(spoolFolder: string, runs: readonly PastRun[]): boolean {
  const waiting = new Set(listSealedSegments(spoolFolder).map(({ id }) => bootIdOf(id)));
  return runs.every(({ holder }) => !waiting.has(holder));
}

/** Of `<node id>.<boot id>.<number>`. */
const bootIdOf = (segmentId: string): string => segmentId.split('.').at(-2) ?? '';

/** The number of the last record, which stands at the end of its line; 0 if there is none. */
function lastSeqOf(body: Buffer): number {
  const tail = body.subarray(Math.max(0, body.length - 200)).toString('utf8');
  return Number(/"seq":(\d+)\}\n$/.exec(tail)?.[1] ?? 0);
}
