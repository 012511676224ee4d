import { type Kysely, sql } from 'kysely';

/**
 * The log and what is projected from it.
 *
 * `event.position` is no identity column: a sequence leaves a gap for each rollback, and a reader could not tell such a
 * gap from an event that is about to be committed. It is assigned under the lock that every append takes first.
 * Names are compared byte by byte (collation "C"), so that pages have one order on every installation.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createLog(db);
  await createEntities(db);
  await sql`
    create table admin_token (
      singleton boolean primary key default true check (singleton),
      hash text not null,
      created_at timestamptz not null
    )`.execute(db);
}

async function createLog(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table event (
      position bigint primary key check (position > 0),
      stream_id text collate "C" not null,
      version int not null check (version > 0),
      type text not null,
      schema_version int not null check (schema_version > 0),
      data jsonb not null,
      metadata jsonb not null,
      recorded_at timestamptz not null,
      hash text not null,
      unique (stream_id, version)
    )`.execute(db);
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
  await sql`create index revision_committed_at on revision (committed_at, revision)`.execute(db);
}

/**
 * A row says what an entity was from the revision `valid_from` until the one before `valid_until`, so that every revision
 * can be read. The configuration as it stands is the rows without an end; indexes of their own keep it as fast as if
 * there were no others.
 */
async function createEntities(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table entity (
      kind text collate "C" not null,
      name text collate "C" not null,
      valid_from bigint not null,
      valid_until bigint check (valid_until > valid_from),
      version int not null,
      state jsonb not null,
      owner text not null,
      changed_by text not null,
      change_source text not null,
      refs text[] collate "C" not null,
      mentions text[] collate "C" not null,
      parents text[] collate "C" not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (kind, name, valid_from)
    )`.execute(db);
  await sql`create unique index entity_current on entity (kind, name) where valid_until is null`.execute(db);
  await sql`create index entity_current_refs on entity using gin (refs) where valid_until is null`.execute(db);
  await sql`create index entity_current_mentions on entity using gin (mentions) where valid_until is null`.execute(db);
  await sql`create index entity_current_parents on entity using gin (parents) where valid_until is null`.execute(db);
  await sql`create index entity_current_owner on entity (owner, kind, name) where valid_until is null`.execute(db);
  await sql`create index entity_valid_from on entity (valid_from)`.execute(db);
  await sql`create index entity_valid_until on entity (valid_until) where valid_until is not null`.execute(db);
  await sql`
    create unique index entity_secret_hash on entity ((state #>> '{spec,secret,sha256}'))
    where kind = 'virtual-key' and valid_until is null`.execute(db);
  await sql`
    create index entity_previous_secrets on entity using gin ((state -> 'previousSecrets') jsonb_path_ops)
    where kind = 'virtual-key' and valid_until is null`.execute(db);
}
