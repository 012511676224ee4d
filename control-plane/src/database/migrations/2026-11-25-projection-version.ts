import { type Kysely, sql } from 'kysely';

/**
 * The version of what is projected from the log, so that a program that reads old events in another way, or projects
 * something else of them, knows that the tables have to be made anew. A database that is new begins with version 1; what other versions of
 * before have left is version 0, for nodes were told nothing of quotas and routing then.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table projection (
      singleton boolean primary key default true check (singleton),
      version int not null,
      built_at timestamptz not null
    )`.execute(db);
  await sql`
    insert into projection (version, built_at)
    select case when exists (select from revision) then 0 else 1 end, now()`.execute(db);
}
