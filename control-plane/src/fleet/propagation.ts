import type { FleetWatch } from './fleet-watch.ts';
import {
  countOutcomes,
  isPropagated,
  isWaitedFor,
  type NodePropagation,
  type PropagationCounts,
  type PropagationTarget,
  toOutcome,
} from './judge-propagation.ts';
import type { NodeStatus } from './node-status.ts';

export type PropagationRequest = {
  readonly revision: number;
  readonly target: PropagationTarget;
  readonly timeoutMs: number;
  /** Whether it was committed just now, so that whoever has it has acknowledged it since. */
  readonly isNew: boolean;
};

/** Who enforces a revision, and who does not. */
export type PropagationReport = PropagationCounts & {
  /** What was waited for. */
  readonly revision: number;
  /** Whether as many nodes as were asked for enforce it, of those that count. It says nothing of those that are away. */
  readonly reached: boolean;
  readonly waitedMs: number;
  /** All nodes that are known, by id. */
  readonly nodes: readonly NodePropagation[];
};

export type Propagation = {
  /** Resolves once enough nodes enforce the revision or the time is up; never rejects. */
  waitFor(request: PropagationRequest): Promise<PropagationReport>;
  /** Ends all waits with what is known. */
  endWaits(): void;
};

export const PROPAGATION_TIMEOUT_MS_MAX = 60_000;
/** However short the time is, so long is waited for a first look at the nodes: without one nothing can be said of them. */
const FIRST_LOOK_MS_MAX = 1_000;
/** Beyond this many waits at once, one ends as soon as it was looked at once. */
const WAITS_MAX = 1_000;

/** Waits for nodes to acknowledge, whichever replica of the control plane they are linked to. */
export function createPropagation(watch: FleetWatch, nowMs: () => number): Propagation {
  const ends = new Set<() => void>();
  return {
    endWaits() {
      for (const end of [...ends]) end();
    },
    waitFor(request) {
      const { revision, target, timeoutMs } = request;
      const startedMs = nowMs();
      let isTimeUp = ends.size >= WAITS_MAX;
      const record = createRecord(request);
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          ends.delete(end);
          unwatch();
          resolve(record.report(nowMs() - startedMs));
        };
        const onTimeUp = () => {
          isTimeUp = true;
          if (record.hasSeen() || timeoutMs >= FIRST_LOOK_MS_MAX) end();
          else timer = setTimeout(end, FIRST_LOOK_MS_MAX - timeoutMs);
        };
        let timer = setTimeout(onTimeUp, Math.min(timeoutMs, PROPAGATION_TIMEOUT_MS_MAX));
        ends.add(end);
        const unwatch = watch.watch((nodes) => {
          record.see(nodes, nowMs() - startedMs);
          if (isTimeUp || isPropagated(nodes, revision, target)) end();
        });
      });
    },
  };
}

/** Remembers when each node was first seen to enforce a revision. */
function createRecord({ revision, target, isNew }: PropagationRequest) {
  const acknowledgedInMs = new Map<string, number | null>();
  let last: readonly NodeStatus[] | undefined;
  return {
    hasSeen: (): boolean => last !== undefined,
    see(nodes: readonly NodeStatus[], elapsedMs: number): void {
      const inMs = last || isNew ? Math.round(elapsedMs) : null;
      last = nodes;
      for (const { nodeId, revision: at } of nodes) {
        if (at >= revision && !acknowledgedInMs.has(nodeId)) acknowledgedInMs.set(nodeId, inMs);
      }
    },
    report(waitedMs: number): PropagationReport {
      // Nothing was seen while Postgres was away, which is no reason to say that all is well.
      const reached = last !== undefined && isPropagated(last, revision, target);
      const nodes = (last ?? []).map((node) => ({
        nodeId: node.nodeId,
        revision: node.revision,
        acknowledgedInMs: acknowledgedInMs.get(node.nodeId) ?? null,
        waitedFor: isWaitedFor(revision)(node),
        ...toOutcome(node, { revision, isReached: reached }),
      }));
      return { revision, reached, waitedMs: Math.round(waitedMs), ...countOutcomes(last && nodes), nodes };
    },
  };
}
