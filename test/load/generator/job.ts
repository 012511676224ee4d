import type { Percentiles } from '../measure/samples.ts';
import type { FailureCounts } from './failures.ts';
import type { Target } from './request.ts';

/** As many requests as a number of connections can carry, each sending the next request when it has its answer. */
export interface ClosedLoopJob {
  readonly kind: 'closed';
  readonly target: Target;
  readonly connections: number;
  readonly seconds: number;
}

export interface ClosedLoopResult {
  readonly requests: number;
  /** Seconds that the load really lasted. */
  readonly seconds: number;
  readonly failures: FailureCounts;
  readonly latencyMs: Percentiles;
}

/** Requests at a constant rate, whatever the answers do. */
export interface OpenLoopJob {
  readonly kind: 'open';
  readonly target: Target;
  readonly ratePerSecond: number;
  readonly seconds: number;
}

export interface OpenLoopResult {
  /** All that were sent, with those of the warm-up, which latencies leave out. */
  readonly requests: number;
  readonly failures: FailureCounts;
  /** From the scheduled time of sending to the last byte of the answer. */
  readonly latencyMs: Percentiles;
  /** From the scheduled to the real time of sending: the error of the generator. */
  readonly latenessMs: Percentiles;
}

/** A number of paced streams at once. */
export interface StreamsJob {
  readonly kind: 'streams';
  readonly target: Target;
  readonly concurrency: number;
}

export interface StreamsResult {
  readonly streams: number;
  readonly failures: FailureCounts;
  readonly chunks: number;
  /** Chunks that never came, of streams that failed or ended too early. */
  readonly missingChunks: number;
  /** From sending the request to the first chunk. */
  readonly firstTokenMs: Percentiles;
  /** From the provider's writing a chunk to its arrival here. */
  readonly chunkDelayMs: Percentiles;
  /** How far the time between two chunks is from the provider's pace. */
  readonly jitterMs: Percentiles;
}

export type Job = ClosedLoopJob | OpenLoopJob | StreamsJob;
