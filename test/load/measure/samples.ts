/** Most samples that one collection takes (32 MiB); hours of the loads that are measured here. */
const MAX_SAMPLES = 1 << 22;

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface Samples {
  add(value: number): void;
  percentiles(): Percentiles;
}

/** The smallest value that at least `share` (0 to 1) of the ascending values do not exceed; NaN when there are none. */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN;
}

/** The middle value, or the mean of the two in the middle; NaN when there are none. */
export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const upper = ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
  const lower = ascending[Math.ceil(ascending.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Keeps every value, so that percentiles are exact rather than those of a bucket. Throws when it holds 4 million. */
export function createSamples(): Samples {
  let values = new Float64Array(1024);
  let count = 0;

  function grow(): void {
    if (count >= MAX_SAMPLES) throw new Error(`more than ${MAX_SAMPLES} samples: shorten the run with --seconds`);
    const larger = new Float64Array(values.length * 2);
    larger.set(values);
    values = larger;
  }

  return {
    add(value) {
      if (count === values.length) grow();
      values[count] = value;
      count += 1;
    },
    percentiles() {
      const ascending = values.slice(0, count).sort();
      const at = (share: number): number => percentile(ascending, share);
      return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
    },
  };
}
