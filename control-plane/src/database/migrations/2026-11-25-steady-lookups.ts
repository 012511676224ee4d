import { type Kysely, sql } from 'kysely';

const INDEXES = [
  'entity_current_refs',
  'entity_current_mentions',
  'entity_current_parents',
  'entity_previous_secrets',
] as const;

/**
 * Postgres first gathers what is new in a GIN index in a list, which each search reads as a whole until a vacuum has put it
 * into the index: https://www.postgresql.org/docs/15/gin-implementation.html#GIN-FAST-UPDATE. After a change set of thousands
 * that makes each of thousands of lookups a walk through all of it, so these indexes are kept up at once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const index of INDEXES) {
    await sql`alter index ${sql.id(index)} set (fastupdate = off)`.execute(db);
    await sql`select gin_clean_pending_list(${index}::regclass)`.execute(db);
  }
}
