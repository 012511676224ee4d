import type { RunsMessage } from '../config/control-link.ts';
import type { RunMarks } from './run-marks.ts';
import { hasSegmentsOfOthers } from './spool-folder.ts';

/** The runs of a node's processes, as the control plane hears of them: which go on, and how many records each made that has ended. */
export type NodeRuns = {
  /** Those that hold leases of quotas and go on. */
  holders(): readonly string[];
  /** A run has come or ended, or what one left was taken over or shipped: what is new of it is said. */
  changed(): void;
  /** The link is up, perhaps to another control plane, and `holders` were said with it. */
  linked(): void;
};

export type NodeRunsOptions = {
  /** Of all processes of the node; each may have a folder of its run's name in it. */
  readonly spoolRoot: string;
  readonly marks: Pick<RunMarks, 'read'>;
  /** Runs of processes that have not ended; what is in their folders is theirs, or was given to them. */
  running(): readonly string[];
  /** Those of them that may hold leases. */
  holders(): readonly string[];
  /** False if the control plane is out of reach. */
  tell(message: RunsMessage): boolean;
};

/**
 * In this order, so that no run is settled before its records are there: 1. a run that has ended is not named any more, 2. what it left is
 * taken over and shipped, 3. how far its records reach is told, once nothing of any run that has ended waits, and again with each new link.
 */
export function createNodeRuns(options: NodeRunsOptions): NodeRuns {
  const { spoolRoot, marks, tell } = options;
  let named: readonly string[] = [];
  let areEndedTold = false;

  function tellEnded(): void {
    if (areEndedTold) return;
    const running = new Set(options.running());
    if (hasSegmentsOfOthers(spoolRoot, running)) return;
    const ended = [...marks.read()].filter(([bootId]) => !running.has(bootId));
    areEndedTold = tell({ type: 'shipped', runs: ended.map(([holder, lastSeq]) => ({ holder, lastSeq })) });
  }

  return {
    holders: options.holders,
    changed() {
      const holders = options.holders();
      if (holders.join() !== named.join()) {
        named = holders;
        areEndedTold = false;
        tell({ type: 'holders', holders: [...holders] }); // 1. or it is said with the next link
      }
      tellEnded(); // 3.
    },
    linked() {
      named = options.holders();
      areEndedTold = false;
      tellEnded();
    },
  };
}
