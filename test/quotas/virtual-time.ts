/** A clock that is moved on by hand, and what is to be done on it; all in the order of time, and of arrival at the same time. */
export type VirtualTime = {
  nowMs(): number;
  /** @returns what calls it off */
  after(delayMs: number, run: () => void | Promise<void>): () => void;
  /** Does all that falls due until then, one after the other. */
  runUntil(atMs: number): Promise<void>;
};

type Due = { readonly atMs: number; readonly order: number; readonly run: () => void | Promise<void> };

export function createVirtualTime(startMs: number): VirtualTime {
  let now = startMs;
  let order = 0;
  /** Sorted, the next one last. */
  const due: Due[] = [];
  const isBefore = (one: Due, other: Due) =>
    one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

  return {
    nowMs: () => now,
    after(delayMs, run) {
      order += 1;
      const item = { atMs: now + delayMs, order, run };
      let index = due.length;
      for (let next = due[index - 1]; next !== undefined && isBefore(next, item); next = due[index - 1]) index -= 1;
      due.splice(index, 0, item);
      return () => {
        const at = due.indexOf(item);
        if (at >= 0) due.splice(at, 1);
      };
    },
    async runUntil(atMs) {
      for (let next = due.at(-1); next !== undefined && next.atMs <= atMs; next = due.at(-1)) {
        due.pop();
        now = next.atMs;
        await next.run();
      }
      now = atMs;
    },
  };
}
