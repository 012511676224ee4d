import { type Kysely, sql } from 'kysely';

/**
 * Who may sign in, and who is. None of it is in the log, which is for ever: passwords change, sessions end, and a deleted
 * user must leave nothing behind. Every token is kept as its SHA-256 only.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createPasswords(db);
  await createTokens(db);
  await sql`
    create table oidc_link (
      issuer text not null,
      subject text not null,
      user_name text collate "C" not null,
      email_hash text not null,
      linked_at timestamptz not null,
      primary key (issuer, subject)
    )`.execute(db);
  await sql`create index oidc_link_of_user on oidc_link (user_name)`.execute(db);
  await sql`
    create table sign_in_throttle (
      subject text primary key,
      spent_until timestamptz not null
    )`.execute(db);
}

async function createPasswords(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table password (
      user_name text collate "C" primary key,
      hash text not null,
      changed_at timestamptz not null
    )`.execute(db);
  await sql`
    create table password_setup (
      token_hash text primary key,
      user_name text collate "C" not null unique,
      created_by text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db);
}

async function createTokens(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table session (
      id text primary key,
      token_hash text not null unique,
      user_name text collate "C" not null,
      method text not null,
      address text not null,
      user_agent text not null,
      created_at timestamptz not null,
      last_seen_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index session_of_user on session (user_name, created_at)`.execute(db);
  await sql`create index session_expiry on session (expires_at)`.execute(db);
  await sql`create index session_last_seen on session (last_seen_at)`.execute(db);
  await sql`
    create table service_token (
      id text primary key,
      token_hash text not null unique,
      service_account text collate "C" not null,
      scopes text[] not null,
      description text not null,
      created_by text not null,
      created_at timestamptz not null,
      expires_at timestamptz,
      last_used_at timestamptz
    )`.execute(db);
  await sql`create index service_token_of_account on service_token (service_account, created_at)`.execute(db);
}
