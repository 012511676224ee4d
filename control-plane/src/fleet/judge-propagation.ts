import type { NodeStatus } from './node-status.ts';

/** How many of the live nodes must have a revision: all of them, or more than half. */
export type PropagationTarget = 'all' | 'quorum';

/**
 * `pending`: it was not waited for any longer, because enough others have the revision. `timed_out`: it is linked and has not
 * answered in time. `unknown`: the replica of the control plane that held its link is gone, and it has not dialled another.
 */
export type PropagationOutcome = 'acknowledged' | 'pending' | 'timed_out' | 'refused' | 'disconnected' | 'unknown';

export type NodePropagation = {
  readonly nodeId: string;
  readonly outcome: PropagationOutcome;
  /** Whether it counts; one that is away for long does not, though it may still serve an older revision. */
  readonly waitedFor: boolean;
  /** The revision that it enforces. */
  readonly revision: number;
  /** From the begin of the wait until it was known to enforce the revision; null if it did before, or does not. */
  readonly acknowledgedInMs: number | null;
  /** Why it does not. */
  readonly reason: string | null;
};

/** A node may be between two links for this long before it is no longer waited for. */
const AWAY_MS_MAX = 30_000;

const enforces = (revision: number) => (node: NodeStatus) => node.revision >= revision;

/** Nodes whose answer counts: those that have it, that are linked, or that may be about to link again. */
export const isWaitedFor = (revision: number) => (node: NodeStatus) =>
  node.revision >= revision || node.state !== 'disconnected' || node.awayMs < AWAY_MS_MAX;

/** How many nodes do what; together they are all that are known. Null if nothing could be learnt of them. */
export type PropagationCounts = {
  readonly enforcing: number | null;
  /** Those that are linked and do not enforce it. */
  readonly behind: number | null;
  /** Those that are not linked, and may still serve an older revision. */
  readonly away: number | null;
};

export function countOutcomes(nodes: readonly Pick<NodePropagation, 'outcome'>[] | undefined): PropagationCounts {
  const count = (...outcomes: readonly PropagationOutcome[]): number | null =>
    nodes?.filter(({ outcome }) => outcomes.includes(outcome)).length ?? null;
  return {
    enforcing: count('acknowledged'),
    behind: count('pending', 'timed_out', 'refused'),
    away: count('disconnected', 'unknown'),
  };
}

/** Whether enough nodes enforce a revision. Without any node there is nothing to wait for. */
export function isPropagated(nodes: readonly NodeStatus[], revision: number, target: PropagationTarget): boolean {
  const live = nodes.filter(isWaitedFor(revision));
  const done = live.filter(enforces(revision)).length;
  switch (target) {
    case 'all':
      return done === live.length;
    case 'quorum':
      return live.length === 0 || done > live.length / 2;
    default:
      return target satisfies never;
  }
}

/**
 * What became of a revision on each node, long gone ones included, once the wait is over.
 * @param isReached whether it ended because enough nodes have it, and not because the time was up
 */
export function toOutcome(
  node: NodeStatus,
  { revision, isReached }: { readonly revision: number; readonly isReached: boolean },
): Pick<NodePropagation, 'outcome' | 'reason'> {
  if (enforces(revision)(node)) return { outcome: 'acknowledged', reason: null };
  switch (node.state) {
    case 'disconnected':
      return { outcome: 'disconnected', reason: node.lastError };
    case 'unknown':
      return { outcome: 'unknown', reason: `replica ${node.replica} of the control plane is not heard of any more` };
    case 'connected':
      if (node.lastError !== null) return { outcome: 'refused', reason: node.lastError };
      return isReached
        ? { outcome: 'pending', reason: null }
        : { outcome: 'timed_out', reason: 'it has not answered yet' };
    default:
      return node.state satisfies never;
  }
}
