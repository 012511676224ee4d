import type { Logger } from 'pino';
import type { RebuildDeps, RebuildProgress } from './rebuild.ts';

/** So many lines are logged of a rebuild, however long the log is. */
const LINES = 20;

/** Logs that a rebuild is needed, how far it is, and when it is through. */
export function createRebuildLog(logger: Pick<Logger, 'info'>): Pick<RebuildDeps, 'onNeeded' | 'onProgress'> {
  let told = 0;
  return {
    onNeeded: (versions) =>
      logger.info(versions, 'the projections are of an earlier version and are made anew from the log; commits wait'),
    onProgress({ events, total }: RebuildProgress) {
      const step = Math.floor((events / total) * LINES);
      if (step <= told) return;
      told = step;
      const text = events === total ? 'the projections are made anew' : 'the projections are being made anew';
      logger.info({ events, total }, text);
    },
  };
}
