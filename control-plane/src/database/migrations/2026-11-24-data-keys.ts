import { type Kysely, sql } from 'kysely';

/**
 * The data keys of entities with secret or personal fields, and what finds people by such a field. Both stand outside the
 * log, which is for ever: whoever deletes a row here makes what the log says of it unreadable.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table data_key (
      id text collate "C" primary key,
      owner text collate "C" not null unique,
      wraps jsonb not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table personal_digest (
      owner text collate "C" not null,
      field text not null,
      digest text not null,
      primary key (owner, field)
    )`.execute(db);
  await sql`create index personal_digest_of on personal_digest (field, digest)`.execute(db);
  await sql`alter table replica add column sealing_keys text[]`.execute(db);
  await sql`alter table node add column sealing_keys text[]`.execute(db);
}
