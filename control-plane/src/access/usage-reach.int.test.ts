import type { UsageBearers, UsageWithin } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createTestChangeSets, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { allEntities, type RoleCase, roleCases, usersByRole } from '../test-support/tenants.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { createHolders } from './holders.ts';
import { tokenScopes } from './scopes.ts';
import { readUsageReach } from './usage-reach.ts';

const REACH_LISTS = ['organizations', 'teams', 'projects', 'users'] as const;
type Reach = Readonly<Partial<Record<(typeof REACH_LISTS)[number], readonly string[]>>> & {
  readonly ofVersion1?: { readonly teams: readonly string[]; readonly keys: readonly string[] };
};

const TEAM_AND_KEY = { teams: ['acme-search'], keys: ['acme-own-key'] };
const reach: Readonly<Record<RoleCase, Reach | undefined>> = {
  'platform-admin': undefined,
  'platform-viewer': undefined,
  'organization-admin': { organizations: ['acme'], users: ['acme-boss'], ofVersion1: TEAM_AND_KEY },
  'team-admin': { teams: ['acme-search'], users: ['acme-lead'], ofVersion1: TEAM_AND_KEY },
  'team-admin of a project': {
    projects: ['acme-ranking'],
    users: ['acme-maker'],
    ofVersion1: { teams: [], keys: ['acme-own-key'] },
  },
  'billing-viewer': { organizations: ['acme'], users: ['acme-accountant'], ofVersion1: TEAM_AND_KEY },
  member: { users: ['acme-member'], ofVersion1: { teams: [], keys: ['acme-own-key'] } },
  'no role': { users: ['nobody'] },
};

const namesIn = (list: UsageBearers) => list.map(({ name }) => name).toSorted();

const namesOf = (found: UsageWithin) => ({
  ...Object.fromEntries(REACH_LISTS.map((list) => [list, namesIn(found[list])])),
  ofVersion1: { teams: namesIn(found.ofVersion1.teams), keys: namesIn(found.ofVersion1.keys) },
});

const NOTHING = { organizations: [], teams: [], projects: [], users: [], ofVersion1: { teams: [], keys: [] } };

async function createTenants() {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const changes = allEntities.map(({ kind, name, declaration }) => put(kind, name, declaration));
  await changeSets.commit({ changes }, TEST_ORIGIN);
  const reachOf = async (name: string) => {
    const bindings = (await createHolders(db).bindingsOf('user', name)) ?? [];
    return readUsageReach(db, { kind: 'user', name, bindings, scopes: tokenScopes, sessionId: 's' });
  };
  return { db, changeSets, reachOf };
}

test('usage is that of the places on which somebody reads it, and his own, since they were made', async () => {
  const { db, reachOf } = await createTenants();
  const { committed_at: committedAt } = await db
    .selectFrom('revision')
    .select('committed_at')
    .executeTakeFirstOrThrow();
  for (const role of roleCases) {
    const found = await reachOf(usersByRole[role]);
    const expected = reach[role];
    expect([role, found && namesOf(found)]).toEqual([role, expected && { ...NOTHING, ...expected }]);
    if (found === undefined) continue;
    const { ofVersion1, ...owners } = found;
    for (const { sinceMs } of [...Object.values(owners), ...Object.values(ofVersion1)].flat())
      expect(sinceMs).toBe(committedAt.getTime());
  }
});

test('an organization is read on when its team and keys are gone', async () => {
  const { changeSets, reachOf } = await createTenants();
  const before = await reachOf('acme-boss');
  const changes = [{ op: 'delete', kind: 'team', name: 'acme-search', cascade: true }] as const;
  await changeSets.commit({ changes }, TEST_ORIGIN);
  const after = await reachOf('acme-boss');
  expect(after).toEqual({ ...before, ofVersion1: { teams: [], keys: [] } });
});
