import { type Kysely, sql } from 'kysely';

/**
 * Since when each entity belongs to whom it does. Of what is there already it is read from its rows: a row in which the
 * owner is another than before, or with which a name starts anew, begins a stretch. Many rows take long, so nothing
 * ends the statement before it is through.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(db);
  await sql`alter table entity add column owned_since bigint, add column owned_at timestamptz`.execute(db);
  await sql`
    with marked as (
      select kind, name, valid_from, updated_at,
        (owner, created_at) is distinct from (lag(owner) over life, lag(created_at) over life) as begins
      from entity
      window life as (partition by kind, name order by valid_from)
    ),
    numbered as (
      select *, count(*) filter (where begins) over (partition by kind, name order by valid_from) as stretch
      from marked
    ),
    dated as (
      select kind, name, valid_from,
        first_value(valid_from) over stretch as owned_since, first_value(updated_at) over stretch as owned_at
      from numbered
      window stretch as (partition by kind, name, stretch order by valid_from)
    )
    update entity set owned_since = dated.owned_since, owned_at = dated.owned_at
    from dated
    where entity.kind = dated.kind and entity.name = dated.name and entity.valid_from = dated.valid_from`.execute(db);
  await sql`
    alter table entity alter column owned_since set not null, alter column owned_at set not null`.execute(db);
}
