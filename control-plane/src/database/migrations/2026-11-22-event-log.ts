import { type Kysely, sql } from 'kysely';

/**
 * The log and what is projected from it.
 *
 * `event.position` is no identity column: a sequence leaves a gap for each rollback, and a reader could not tell such a
 * gap from an event that is about to be committed. It is assigned under the lock that every append takes first.
 * Names are compared byte by byte (collation "C"), so that pages have one order on every installation.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table event (
      position bigint primary key check (position > 0),
      stream_id text collate "C" not null,
      version int not null check (version > 0),
      type text not null,
      data jsonb not null,
      metadata jsonb not null,
      recorded_at timestamptz not null,
      hash text not null,
      unique (stream_id, version)
    )`.execute(db);
  await sql`
    create table entity (
      kind text collate "C" not null,
      name text collate "C" not null,
      version int not null,
      revision bigint not null,
      state jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (kind, name)
    )`.execute(db);
  await sql`
    create unique index entity_secret_hash on entity ((state #>> '{spec,secret,sha256}'))
    where kind = 'virtual-key'`.execute(db);
  await sql`
    create index entity_key_team on entity ((state #>> '{spec,team}'))
    where kind = 'virtual-key'`.execute(db);
  await sql`
    create index entity_model_deployments on entity using gin ((state #> '{spec,deployments}') jsonb_path_ops)
    where kind = 'model'`.execute(db);
  await sql`
    create table revision (
      revision bigint primary key,
      checksum text not null,
      change_set_id text not null unique,
      actor text not null,
      source text not null,
      reason text,
      committed_at timestamptz not null
    )`.execute(db);
  await sql`
    create table admin_token (
      singleton boolean primary key default true check (singleton),
      hash text not null,
      created_at timestamptz not null
    )`.execute(db);
}
