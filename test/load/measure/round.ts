import type { ClosedLoopResult, OpenLoopResult, StreamsResult } from '../generator/job.ts';

/** What the processes used during one measurement. */
export interface Load {
  /** CPU time of the gateway's processes, all threads. */
  readonly gatewayCpuSeconds: number;
  readonly wallSeconds: number;
  /** CPUs that were busy with something that is no part of the measurement, or taken by the hypervisor. */
  readonly otherCpus: number;
}

/** One measurement of one candidate. */
export interface Round<Result> {
  readonly gateway: string;
  readonly result: Result;
  readonly load: Load;
}

/** Resident memory of a gateway at the named moments, in bytes; a scenario that did not run leaves its moment out. */
export interface MemoryFigures {
  idle: number;
  afterClosed?: number;
  /** The most seen during the largest number of streams. */
  duringStreams?: number;
  end?: number;
  /** The most there ever was. */
  peak?: number;
}

/** Everything that was measured; each inner list is one round, in the order in which the candidates took turns. */
export interface Measurements {
  readonly closed: ReadonlyArray<ReadonlyArray<Round<ClosedLoopResult>>>;
  readonly open: ReadonlyArray<ReadonlyArray<Round<OpenLoopResult>>>;
  readonly streams: ReadonlyArray<{
    readonly concurrency: number;
    readonly rounds: ReadonlyArray<ReadonlyArray<Round<StreamsResult>>>;
  }>;
  readonly memory: Readonly<Record<string, MemoryFigures>>;
}
