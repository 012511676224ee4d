import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { createTestChangeSets, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { readUsers, readUsingEntities } from './read-users.ts';

const TEAMS = 1_000;
const teamOf = (index: number) => `t${index % TEAMS}`;
const teams = Array.from({ length: TEAMS }, (_, index) => toEntityId('team', teamOf(index)));

/** How often an index was searched in this transaction so far. */
async function searchesOf(db: Kysely<Tables>, index: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select pg_stat_get_xact_numscans(${index}::regclass)::int as count`.execute(db);
  return rows[0]?.count ?? 0;
}

test('who uses many entities is looked up one by one, also just after a change set that brought them all', async () => {
  const { db } = await createTestDatabase();
  const changes = [
    ...Array.from({ length: TEAMS }, (_, index) => put('team', teamOf(index), {})),
    ...Array.from({ length: 2 * TEAMS }, (_, index) => put('virtual-key', `k${index}`, { team: teamOf(index) })),
  ];
  await createTestChangeSets(db).commit({ changes }, TEST_ORIGIN);
  await db.transaction().execute(async (trx) => {
    const users = await readUsers(trx, teams, { except: [], limitEach: 2, mentions: false });
    expect([users.size, users.get('team:t7')]).toEqual([TEAMS, ['virtual-key:k1007', 'virtual-key:k7']]);
    expect(await searchesOf(trx, 'entity_current_refs')).toBe(TEAMS);
    const mentioning = await readUsers(trx, teams, { except: [], limitEach: 2, mentions: true });
    expect(mentioning).toEqual(users);
    expect(await searchesOf(trx, 'entity_current_mentions')).toBe(TEAMS);
    expect(await readUsingEntities(trx, teams, ['virtual-key'])).toHaveLength(2 * TEAMS);
    expect(await searchesOf(trx, 'entity_current_refs')).toBe(3 * TEAMS);
  });
});
