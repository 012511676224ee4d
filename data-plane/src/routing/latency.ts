/** A moving average that jumps to a value above it and comes down slowly: what was slow a moment ago may still be. */
export type PeakAverage = { value: number; atMs: number };

/** How long it takes an average to come down by two thirds. */
const DECAY_MS = 10_000;
/** What was not measured for this long is not known. */
const FORGOTTEN_MS = 60_000;
/** What one that was never seen to answer counts as. */
const FAILED_MS = 10_000;

/** The average now, or undefined if nothing was measured lately. */
export const peakAt = ({ value, atMs }: PeakAverage, nowMs: number): number | undefined =>
  atMs === 0 || nowMs - atMs > FORGOTTEN_MS ? undefined : value;

export function addToPeak(peak: PeakAverage, sample: number, nowMs: number): void {
  const known = peakAt(peak, nowMs);
  if (known === undefined || sample >= known) peak.value = sample;
  else peak.value = sample + (known - sample) * Math.exp((peak.atMs - nowMs) / DECAY_MS);
  peak.atMs = nowMs;
}

/** How fast a deployment answered lately, milliseconds. */
export type Latency = {
  /** From the dispatch to the first byte of a stream. */
  readonly firstTokenMs: PeakAverage;
  /** Of each output token behind the first. */
  readonly streamPerTokenMs: PeakAverage;
  /** From the dispatch of a whole answer to its end, for each output token. */
  readonly wholePerTokenMs: PeakAverage;
};

export const createLatency = (): Latency => ({
  firstTokenMs: { value: 0, atMs: 0 },
  streamPerTokenMs: { value: 0, atMs: 0 },
  wholePerTokenMs: { value: 0, atMs: 0 },
});

/** An answer that came, or how long one was waited for. Instants in milliseconds; `firstByteMs` is 0 if none came. */
export type TimedAnswer = {
  readonly isStream: boolean;
  readonly startedMs: number;
  readonly firstByteMs: number;
  readonly endedMs: number;
  readonly outputTokens: number;
};

/** Learns from an answer. */
export function learnAnswer(latency: Latency, answer: TimedAnswer): void {
  const { isStream, startedMs, firstByteMs, endedMs, outputTokens } = answer;
  if (!isStream) return addToPeak(latency.wholePerTokenMs, (endedMs - startedMs) / Math.max(1, outputTokens), endedMs);
  if (firstByteMs > 0) addToPeak(latency.firstTokenMs, firstByteMs - startedMs, endedMs);
  if (outputTokens > 1) addToPeak(latency.streamPerTokenMs, (endedMs - firstByteMs) / (outputTokens - 1), endedMs);
}

/** Learns from an attempt that failed: only if that took long, as one that fails at once is not fast. */
export function learnFailure(
  latency: Latency,
  { isStream, startedMs, endedMs }: TimedAnswer,
  outcome: 'failed' | 'impatient' = 'failed',
): void {
  const waitedMs = endedMs - startedMs;
  const unseenMs = outcome === 'failed' ? FAILED_MS : waitedMs;
  const peak = isStream ? latency.firstTokenMs : latency.wholePerTokenMs;
  addToPeak(peak, Math.max(waitedMs, peakAt(peak, endedMs) ?? unseenMs), endedMs);
}
