import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootIdOf } from './spool-folder.ts';

/** Of so many runs is remembered how many records they had; there is one more with each start of a process. */
const RUNS_MAX = 500;

/** How many records each run of the node's processes made, as far as they were shipped. */
export type RunMarks = {
  /**
   * Keeps in mind up to which number the records of a run reach, of which a segment was shipped and is about to be removed; so that it can be
   * proven later that all of them have arrived. A crash before the segment is removed leaves the segment to tell it.
   */
  mark(segmentId: string, body: Buffer): Promise<void>;
  /** The highest number of each run, the oldest first. The oldest are forgotten. */
  read(): ReadonlyMap<string, number>;
};

/** In a folder that all processes of the node share, one small file for each run. A run's segments are shipped by one process at a time. */
export function createRunMarks(folder: string): RunMarks {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    async mark(segmentId, body) {
      const file = join(folder, bootIdOf(segmentId));
      const marked = Number(await readFile(file, 'utf8').catch(() => ''));
      // What was left in two folders may come in another order than it was made in.
      const lastSeq = lastSeqOf(body);
      if (lastSeq > marked) await writeFile(file, String(lastSeq), { mode: 0o600 });
    },
    read() {
      const bootIds = readdirSync(folder).sort();
      for (const forgotten of bootIds.splice(0, Math.max(0, bootIds.length - RUNS_MAX)))
        rmSync(join(folder, forgotten), { force: true });
      return new Map(bootIds.map((bootId) => [bootId, Number(readFileSync(join(folder, bootId), 'utf8')) || 0]));
    },
  };
}

/** The number of the last record, which stands at the end of its line; 0 if there is none. */
function lastSeqOf(body: Buffer): number {
  const tail = body.subarray(Math.max(0, body.length - 200)).toString('utf8');
  return Number(/"seq":(\d+)\}\n$/.exec(tail)?.[1] ?? 0);
}
