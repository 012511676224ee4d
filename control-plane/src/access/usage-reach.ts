import type { UsageBearers, UsageWithin } from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { usageReaders } from './policy.ts';
import type { Principal } from './principal.ts';
import { readReach } from './visible-rows.ts';

type Found = { readonly kind: string; readonly name: string; readonly created_at: Date };

/**
 * The usage that somebody may see: what was recorded for where he holds a role that reads it, and for himself, each since it
 * was made. Records of version 1 do not say for whom they are; of them he sees those of the teams, and of the keys outside
 * of them, that are his now.
 * @returns undefined for all
 */
export async function readUsageReach(db: Kysely<Tables>, principal: Principal): Promise<UsageWithin | undefined> {
  const held = principal.bindings.filter(({ role }) => usageReaders.includes(role)).map(({ on }) => on);
  if (held.includes('platform')) return undefined;
  const user = principal.kind === 'user' ? [`user:${principal.name}`] : [];
  const { places } = await readReach(db, { kind: 'some', places: held, user: undefined }, undefined);
  const teams = places.filter((place) => place.startsWith('team:'));
  const own = new Set<string>([...held, ...user]);
  const { rows } = await sql<Found>`
    select kind, name, created_at
    from unnest(${[...new Set([...own, ...teams])]}::text[]) as wanted (id)
    join entity on kind = split_part(id, ':', 1) and name = split_part(id, ':', 2) and valid_until is null
    union all
    select kind, name, created_at from entity
    where valid_until is null and kind = 'virtual-key' and not parents && ${teams}::text[]
      and (refs && ${user}::text[] or parents && ${places}::text[])`.execute(db);
  const isOwn = ({ kind, name }: Found) => own.has(`${kind}:${name}`);
  return {
    organizations: bearers(rows.filter(isOwn), 'organization'),
    teams: bearers(rows.filter(isOwn), 'team'),
    projects: bearers(rows, 'project'),
    users: bearers(rows, 'user'),
    ofVersion1: { teams: bearers(rows, 'team'), keys: bearers(rows, 'virtual-key') },
  };
}

/** Those of a kind. */
const bearers = (found: readonly Found[], kind: string): UsageBearers =>
  found
    .filter((row) => row.kind === kind)
    .map(({ name, created_at: createdAt }) => ({ name, sinceMs: createdAt.getTime() }));
