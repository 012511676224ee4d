import { type Kysely, sql } from 'kysely';

/**
 * What is remembered of requests, so that one that is sent twice is carried out once, and changes that are proposed. Neither
 * is part of the configuration. What a draft holds is sealed with a data key of its own, for it may hold secrets.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotent_answer (
      actor text not null,
      key text not null,
      place bigint generated always as identity unique,
      fingerprint text not null,
      change_set_id text,
      revision bigint not null,
      answered_at timestamptz not null,
      primary key (actor, key)
    )`.execute(db);
  await sql`create index idempotent_answer_age on idempotent_answer (answered_at)`.execute(db);
  await sql`
    create table draft (
      id text collate "C" primary key,
      title text not null,
      proposed_by text not null,
      source text not null,
      proposed_at timestamptz not null,
      expires_at timestamptz not null,
      base_revision bigint not null,
      sealed text,
      status text not null check (status in ('open', 'committed', 'discarded', 'expired')),
      closed_by text,
      closed_at timestamptz,
      revision bigint,
      check ((status = 'open') = (sealed is not null))
    )`.execute(db);
  await sql`create index draft_open on draft (expires_at) where status = 'open'`.execute(db);
  await sql`
    create table draft_approval (
      draft_id text collate "C" not null references draft on delete cascade,
      approver text not null,
      approved_at timestamptz not null,
      primary key (draft_id, approver)
    )`.execute(db);
}
