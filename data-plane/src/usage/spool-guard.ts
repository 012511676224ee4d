import type { Spool } from './spool.ts';

/** After a failed write nothing is admitted for this long; then the next request tries again. */
const PAUSE_AFTER_FAILURE_MS = 1_000;

export type SpoolGuard = {
  /** Watches the outcome of a spool's writes. */
  watch(spool: Spool): Spool;
  /** False while the spool is full or could not be written: then requests are refused rather than left unrecorded. */
  canRecord(): boolean;
};

export function createSpoolGuard(bytesMax: number, backlogBytes: () => number): SpoolGuard {
  let failedAtMs = Number.NEGATIVE_INFINITY;
  return {
    watch: (spool) => ({
      ...spool,
      append: (record, onWritten) =>
        spool.append(record, (error) => {
          if (error) failedAtMs = performance.now();
          onWritten(error);
        }),
    }),
    canRecord: () => backlogBytes() < bytesMax && performance.now() - failedAtMs > PAUSE_AFTER_FAILURE_MS,
  };
}
