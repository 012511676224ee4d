import { canonicalJson, type Json } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { LinkRecord } from './node-link-record.ts';
import type { NodeStatus } from './node-status.ts';
import { type NodeRow, toNodeStatus } from './node-status.ts';

/** Listeners learn here that the table `node` changed; there is no payload. */
export const NODE_CHANNEL = 'tollgate_node';

/** How far a node is behind is counted up to this. */
export const LAG_REVISIONS_MAX = 1_000;
/** Rows of nodes and replicas that were not heard of for longer are removed. */
const FORGET_AFTER = '1 day';

export type ReplicaIdentity = {
  readonly id: string;
  readonly version: string;
  /** Ids of the sealing keys that it accepts, the current one first. */
  readonly sealingKeys: readonly string[];
  readonly startedAt: Date;
};

/**
 * Writes what a replica knows of its nodes, renews its own row and tells all replicas if a node changed. A node's row is
 * taken over from another replica only if its link is in `claims`, which are new links, or if that other link has ended.
 * The transaction does not wait for the disk: what a crash of Postgres loses is written again with the next beat.
 */
export function writeLinks(
  db: Kysely<Tables>,
  replica: ReplicaIdentity,
  records: readonly LinkRecord[],
  claims: readonly string[],
): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await sql`set local synchronous_commit = off`.execute(trx);
    await sql`
      insert into replica (id, version, sealing_keys, started_at, seen_at)
      values (${replica.id}, ${replica.version}, ${replica.sealingKeys}::text[], ${replica.startedAt}, now())
      on conflict (id) do update set seen_at = now()`.execute(trx);
    if (records.length > 0) await upsertNodes(trx, replica.id, records, claims);
  });
}

async function upsertNodes(
  trx: Kysely<Tables>,
  replicaId: string,
  records: readonly LinkRecord[],
  claims: readonly string[],
): Promise<void> {
  const rows = canonicalJson(records.map((record) => toRow(replicaId, record)));
  await sql`
    with written as (
      insert into node select * from jsonb_populate_recordset(null::node, ${rows}::jsonb)
      on conflict (node_id) do update set
        address = excluded.address, version = excluded.version, replica_id = excluded.replica_id,
        link_id = excluded.link_id, revision = excluded.revision, checksum = excluded.checksum,
        sealing_keys = excluded.sealing_keys, connected_at = excluded.connected_at, acknowledged_at = excluded.acknowledged_at,
        left_at = excluded.left_at, last_error = excluded.last_error
      where node is distinct from excluded
        and (node.link_id = excluded.link_id or node.left_at is not null or excluded.link_id = any(${claims}::text[]))
      returning 1
    )
    select pg_notify(${NODE_CHANNEL}, '') where exists (select from written)`.execute(trx);
}

function toRow(replicaId: string, record: LinkRecord): Json {
  return {
    node_id: record.nodeId,
    address: record.address,
    version: record.version,
    sealing_keys: record.sealingKeys,
    replica_id: replicaId,
    link_id: record.linkId,
    revision: record.revision,
    checksum: record.checksum,
    connected_at: record.connectedAt.toISOString(),
    acknowledged_at: record.acknowledgedAt?.toISOString() ?? null,
    left_at: record.leftAt?.toISOString() ?? null,
    last_error: record.lastError,
  };
}

/** A replica that stops in good order says so, after its nodes were written as gone. */
export async function removeReplica(db: Kysely<Tables>, id: string): Promise<void> {
  await db.deleteFrom('replica').where('id', '=', id).execute();
}

/** Removes nodes and replicas that were not heard of for a day. */
export async function forgetLongGone(db: Kysely<Tables>): Promise<void> {
  const limit = sql<Date>`now() - ${FORGET_AFTER}::interval`;
  await db.deleteFrom('replica').where('seen_at', '<', limit).execute();
  await sql`
    delete from node where left_at < ${limit}
      or (left_at is null and connected_at < ${limit} and not exists (select from replica where id = node.replica_id))
  `.execute(db);
}

/** All nodes that any replica knows, by id, in one statement. */
export async function readNodes(db: Kysely<Tables>): Promise<readonly NodeStatus[]> {
  const { rows } = await sql<NodeRow>`
    select node.*, lag.revisions as lag_revisions,
      extract(epoch from now() - lag.since) * 1000 as lag_ms,
      extract(epoch from now() - node.left_at) * 1000 as away_ms,
      replica.seen_at as replica_seen_at,
      extract(epoch from now() - replica.seen_at) * 1000 as replica_silent_ms
    from node
    left join replica on replica.id = node.replica_id
    cross join lateral (
      select count(*) as revisions, min(committed_at) as since from (
        select committed_at from revision where revision > node.revision order by revision limit ${LAG_REVISIONS_MAX}
      ) as missing
    ) as lag
    order by node_id`.execute(db);
  return rows.map(toNodeStatus);
}
