import { type Kysely, sql } from 'kysely';

/**
 * What it takes to settle by the usage records what a dead holder spent, and to compare the authority with them.
 *
 * A holder is live, then ended (its node says that the run is over, or an operator gives it up), then settled (its leases have what its records
 * say). `last_seq` is how many records it made, once its node has shipped them all. `quota_lease.recorded` is how many it had made when it
 * reported on the lease; null if it does not tell.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table quota_holder
      add column ended_at timestamptz, add column last_seq bigint, add column settled_at timestamptz`.execute(db);
  await sql`
    create index quota_holder_unsettled on quota_holder (ended_at)
    where ended_at is not null and settled_at is null`.execute(db);
  await sql`alter table quota_lease add column recorded bigint`.execute(db);
  await sql`create index quota_lease_seen on quota_lease (seen_at)`.execute(db);
  await sql`
    create table quota_check (
      quota_id text collate "C" primary key,
      drift bigint not null,
      checked_at timestamptz not null
    )`.execute(db);
  await sql`create table quota_job (name text collate "C" primary key, started_at timestamptz not null)`.execute(db);
  await sql`
    create index entity_with_quotas on entity (kind, name)
    where valid_until is null and (
      kind in ('budget', 'rate-limit')
      or jsonb_array_length(coalesce(state #> '{spec,budgets}', '[]')) > 0
      or jsonb_array_length(coalesce(state #> '{spec,rateLimits}', '[]')) > 0
    )`.execute(db);
}
