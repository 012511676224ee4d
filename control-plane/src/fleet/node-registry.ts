/** What is known of a node; kept while the process lives, so that one that went away is still seen. */
export type NodeStatus = {
  readonly nodeId: string;
  readonly address: string;
  readonly connected: boolean;
  /** What the node last said it enforces. */
  readonly revision: number;
  readonly connectedAt: Date;
  readonly acknowledgedAt: Date | null;
  /** Why it refused a revision or lost its link; null once it acknowledges again. */
  readonly lastError: string | null;
};

export type NodeRegistry = {
  update(nodeId: string, change: Partial<NodeStatus>): void;
  add(status: NodeStatus): void;
  /** By id. */
  list(): readonly NodeStatus[];
};

/** Beyond this, the node that was added first among those gone is forgotten. */
const NODES_MAX = 2_000;

export function createNodeRegistry(): NodeRegistry {
  const nodes = new Map<string, NodeStatus>();

  function forgetOne(): void {
    for (const [nodeId, { connected }] of nodes) {
      if (connected) continue;
      nodes.delete(nodeId);
      return;
    }
  }

  return {
    add(status) {
      nodes.delete(status.nodeId);
      if (nodes.size >= NODES_MAX) forgetOne();
      nodes.set(status.nodeId, status);
    },
    update(nodeId, change) {
      const status = nodes.get(nodeId);
      if (status) nodes.set(nodeId, { ...status, ...change });
    },
    list: () => [...nodes.values()].sort((one, other) => (one.nodeId < other.nodeId ? -1 : 1)),
  };
}
