import { type Kysely, sql } from 'kysely';

/**
 * What the quota authority has leased to whom. These are counters of operation and no part of the log: they change with every request,
 * and what was spent is proven by the usage records.
 *
 * A holder is one run of a process that serves. `quota_lease` has what it was granted in a slot of a quota, gave back and spent;
 * `quota_slot` what of a slot is in no lease: that of holders which are no more, and corrections.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table quota_holder (
      holder text collate "C" primary key,
      node_id text not null,
      seq bigint not null,
      seen_at timestamptz not null
    )`.execute(db);
  await sql`create index quota_holder_node on quota_holder (node_id)`.execute(db);
  await sql`
    create table quota_lease (
      quota_id text collate "C" not null,
      slot bigint not null,
      holder text collate "C" not null,
      granted bigint not null,
      returned bigint not null,
      spent bigint not null,
      reserved bigint not null,
      refused bigint not null,
      closed boolean not null,
      seen_at timestamptz not null,
      primary key (quota_id, slot, holder)
    )`.execute(db);
  await sql`create index quota_lease_holder on quota_lease (holder)`.execute(db);
  await sql`
    create table quota_slot (
      quota_id text collate "C" not null,
      slot bigint not null,
      settled bigint not null,
      refused bigint not null,
      adjusted bigint not null,
      primary key (quota_id, slot)
    )`.execute(db);
}
