import { type Kysely, sql } from 'kysely';

/**
 * Who is linked to whom: one row per replica of the control plane, which it renews every few seconds, and one per node,
 * written by the replica that holds its link. A replica that dies leaves its rows; that it no longer renews its own tells
 * the others that nothing is known of its nodes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table replica (
      id text primary key,
      version text not null,
      started_at timestamptz not null,
      seen_at timestamptz not null
    )`.execute(db);
  await sql`
    create table node (
      node_id text collate "C" primary key,
      address text not null,
      version text,
      replica_id text not null,
      link_id text not null,
      revision bigint not null,
      checksum text not null,
      connected_at timestamptz not null,
      acknowledged_at timestamptz,
      left_at timestamptz,
      last_error text
    )`.execute(db);
}
