/** Counts by label and in buckets, kept as plain numbers: one observation costs a few additions. */
export type Histogram = {
  observe(value: number): void;
  /** Cumulative counts in the order of the bounds, then the sum and the count of all, as Prometheus has them. */
  read(): { readonly cumulative: readonly number[]; readonly sum: number; readonly count: number };
};

export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  let sum = 0;
  return {
    observe(value) {
      let bucket = 0;
      while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      sum += value;
    },
    read() {
      let total = 0;
      const cumulative = counts.map((count) => {
        total += count;
        return total;
      });
      return { cumulative: cumulative.slice(0, -1), sum, count: total };
    },
  };
}
