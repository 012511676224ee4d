import type { Selectable } from 'kysely';
import type { NodeTable } from '../database/tables.ts';

/**
 * `connected`: a living replica holds its link. `disconnected`: its link ended. `unknown`: the replica that held its link is
 * not heard of any more, and the node has not yet dialled another.
 */
export type NodeState = 'connected' | 'disconnected' | 'unknown';

/** A node as all replicas see it. */
export type NodeStatus = {
  readonly nodeId: string;
  readonly address: string;
  readonly version: string | null;
  /** Ids of the sealing keys that it accepts, the current one first; null if it does not say. */
  readonly sealingKeys: readonly string[] | null;
  /** The replica that holds, or last held, its link. */
  readonly replica: string;
  readonly state: NodeState;
  /** Since when it is in that state. */
  readonly stateSince: Date;
  /** For how long it has been `disconnected`; 0 in other states. */
  readonly awayMs: number;
  /** What the node last said it enforces. */
  readonly revision: number;
  /** How many revisions were committed since, counted up to 1,000. */
  readonly lagRevisions: number;
  /** How long ago the first of them was committed; 0 if the node is current. */
  readonly lagMs: number;
  readonly connectedAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly lastError: string | null;
};

/** Numbers of type `numeric` come as text. */
export type NodeRow = Selectable<NodeTable> & {
  readonly lag_revisions: number;
  readonly lag_ms: string | null;
  readonly away_ms: string | null;
  readonly replica_seen_at: Date | null;
  readonly replica_silent_ms: string | null;
};

/** A replica that did not renew its row for this long counts as dead; it renews it every five seconds. */
export const REPLICA_SILENT_MS_MAX = 15_000;

export function toNodeStatus(row: NodeRow): NodeStatus {
  const { state, stateSince } = stateOf(row);
  return {
    nodeId: row.node_id,
    address: row.address,
    version: row.version,
    sealingKeys: row.sealing_keys,
    replica: row.replica_id,
    state,
    stateSince,
    awayMs: wholeMs(row.away_ms),
    revision: row.revision,
    lagRevisions: row.lag_revisions,
    lagMs: wholeMs(row.lag_ms),
    connectedAt: row.connected_at,
    acknowledgedAt: row.acknowledged_at,
    lastError: row.last_error,
  };
}

function stateOf(row: NodeRow): Pick<NodeStatus, 'state' | 'stateSince'> {
  if (row.left_at) return { state: 'disconnected', stateSince: row.left_at };
  if (row.replica_seen_at === null) return { state: 'unknown', stateSince: row.connected_at };
  if (Number(row.replica_silent_ms) > REPLICA_SILENT_MS_MAX)
    return { state: 'unknown', stateSince: row.replica_seen_at };
  return { state: 'connected', stateSince: row.connected_at };
}

/** Clocks of two machines may differ by some milliseconds; no time is negative. */
const wholeMs = (text: string | null): number => Math.max(0, Math.round(Number(text ?? 0)));
