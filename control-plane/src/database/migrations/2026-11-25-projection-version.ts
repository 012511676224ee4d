import { type Kysely, sql } from 'kysely';

/**
 * The version of what is projected from the log, so that a program that reads old events in another way, or projects
 * something else of them, knows that the tables have to be made anew. What is there already is version 1.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table projection (
      singleton boolean primary key default true check (singleton),
      version int not null,
      built_at timestamptz not null
    )`.execute(db);
  await sql`insert into projection (version, built_at) values (1, now())`.execute(db);
}
