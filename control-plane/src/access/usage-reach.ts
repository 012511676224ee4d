import type { UsageWithin } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { usageReaders } from './policy.ts';
import type { Principal } from './principal.ts';
import { readReach } from './visible-rows.ts';

/**
 * The usage that somebody may see: that of the teams, and of the keys outside of them, that are his now, each since it was
 * made.
 * @returns undefined for all
 */
export async function readUsageReach(db: Kysely<Tables>, principal: Principal): Promise<UsageWithin | undefined> {
  const held = principal.bindings.filter(({ role }) => usageReaders.includes(role)).map(({ on }) => on);
  if (held.includes('platform')) return undefined;
  const user = principal.kind === 'user' ? principal.name : undefined;
  const { places } = await readReach(db, { kind: 'some', places: held, user: undefined }, undefined);
  const teams = places.filter((place) => place.startsWith('team:'));
  const { rows } = await sql<{ kind: string; name: string; created_at: Date }>`
    select kind, name, created_at from entity
    where valid_until is null and (
      (kind = 'team' and 'team:' || name = any(${teams}::text[]))
      or (
        kind = 'virtual-key' and not parents && ${teams}::text[]
        and (refs @> array[${`user:${user ?? ''}`}] or parents && ${places}::text[])
      )
    )`.execute(db);
  const since = (kind: string) =>
    rows
      .filter((row) => row.kind === kind)
      .map(({ name, created_at: createdAt }) => ({ name, sinceMs: createdAt.getTime() }));
  return { teams: since('team'), keys: since('virtual-key') };
}
