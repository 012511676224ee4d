import type { NodeStatus } from './node-status.ts';

/** Follows the nodes of all replicas for those who wait for something of them. */
export type FleetWatch = {
  /** The table of nodes may have changed. Nothing is read unless somebody watches. */
  wake(): void;
  /**
   * Calls the listener with all nodes soon, and again after each change, which it sees as it is by then.
   * @returns what ends it
   */
  watch(listener: (nodes: readonly NodeStatus[]) => void): () => void;
  /** How many watch. */
  size(): number;
};

/** One reading serves all who watch; while one is under way, any number of changes lead to one more. */
export function createFleetWatch(deps: {
  read(): Promise<readonly NodeStatus[]>;
  onFailure(error: unknown): void;
}): FleetWatch {
  const { read, onFailure } = deps;
  const listeners = new Set<(nodes: readonly NodeStatus[]) => void>();
  let isReading = false;
  let isStale = false;

  async function readOnce(): Promise<void> {
    isStale = false;
    try {
      const nodes = await read();
      for (const listener of [...listeners]) listener(nodes);
    } catch (error) {
      // Postgres is away, say: the next wake, five seconds later at most, tries again.
      onFailure(error);
    }
  }

  function wake(): void {
    isStale = true;
    if (!isReading) void readWhileStale();
  }

  async function readWhileStale(): Promise<void> {
    isReading = true;
    while (isStale && listeners.size > 0) await readOnce();
    isReading = false;
  }

  return {
    wake,
    watch(listener) {
      listeners.add(listener);
      wake();
      return () => void listeners.delete(listener);
    },
    size: () => listeners.size,
  };
}
