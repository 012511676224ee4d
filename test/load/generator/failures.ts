/** Reasons of failed requests with their number; at most 20 different ones are told apart. */
export type FailureCounts = Readonly<Record<string, number>>;

const MAX_REASONS = 20;

export function createFailures() {
  const counts = new Map<string, number>();
  return {
    add(reason: string): void {
      const key = counts.has(reason) || counts.size < MAX_REASONS ? reason : 'other reasons';
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    counts: (): FailureCounts => Object.fromEntries(counts),
  };
}

export function totalFailures(counts: FailureCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
