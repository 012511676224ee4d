import { expect, test } from 'vitest';
import { createTestChangeSets, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { allEntities, type RoleCase, roleCases, usersByRole } from '../test-support/tenants.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { createHolders } from './holders.ts';
import { tokenScopes } from './scopes.ts';
import { readUsageReach } from './usage-reach.ts';

const NOTHING = { teams: [], keys: [] };
const reach: Readonly<Record<RoleCase, unknown>> = {
  'platform-admin': undefined,
  'platform-viewer': undefined,
  'organization-admin': { teams: ['acme-search'], keys: ['acme-own-key'] },
  'team-admin': { teams: ['acme-search'], keys: ['acme-own-key'] },
  'team-admin of a project': { teams: [], keys: ['acme-own-key'] },
  'billing-viewer': { teams: ['acme-search'], keys: ['acme-own-key'] },
  member: { teams: [], keys: ['acme-own-key'] },
  'no role': NOTHING,
};

test('usage is that of the teams and projects on which somebody reads it, and of his own keys, since they were made', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const changes = allEntities.map(({ kind, name, declaration }) => put(kind, name, declaration));
  await changeSets.commit({ changes }, TEST_ORIGIN);
  const { committed_at: committedAt } = await db
    .selectFrom('revision')
    .select('committed_at')
    .executeTakeFirstOrThrow();
  for (const role of roleCases) {
    const name = usersByRole[role];
    const bindings = (await createHolders(db).bindingsOf('user', name)) ?? [];
    const principal = { kind: 'user', name, bindings, scopes: tokenScopes, sessionId: 's' } as const;
    const found = await readUsageReach(db, principal);
    const names = (list: readonly { readonly name: string }[]) => list.map((each) => each.name).toSorted();
    expect([role, found && { teams: names(found.teams), keys: names(found.keys) }]).toEqual([role, reach[role]]);
    const sinces = [...(found?.teams ?? []), ...(found?.keys ?? [])].map(({ sinceMs }) => sinceMs);
    for (const since of sinces) expect(since).toBe(committedAt.getTime());
  }
});
