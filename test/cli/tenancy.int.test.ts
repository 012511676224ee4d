import { expect, test } from 'vitest';
import { startCliPlane } from './cli-plane.ts';

const TENANTS = `tollgate: 1
organizations: { acme: {}, globex: {} }
teams: { search: { organization: acme } }
users: { ada: {}, eve: {} }
customers: { theirs: { organization: globex } }
members:
  ada-in-search: { user: ada, team: search, role: team-admin }
  eve-in-globex: { user: eve, organization: globex, role: member }
`;

test('contradictions between tenants are found by plan, each at its line and path, with what is there already', async () => {
  const { cli, write } = await startCliPlane();
  expect(await cli('apply', '-f', await write('tenants.yaml', TENANTS), '--yes')).toMatchObject({ code: 0 });
  const document = `tollgate: 1
members:
  ada-again: { user: ada, team: search, role: member }
keys:
  for-theirs: { team: search, customer: theirs }
  for-eve:
    team: search
    user: eve
`;
  const { code, stderr } = await cli('plan', '-f', await write('more.yaml', document));
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /more\.yaml:3:22: members\.ada-again\.user: user ada is a member of team search already, by member ada-in-search/,
  );
  expect(stderr).toMatch(/more\.yaml:5:41: keys\.for-theirs\.customer: customer theirs belongs to organization globex/);
  expect(stderr).toMatch(/more\.yaml:8:11: keys\.for-eve\.user: user eve belongs to another organization/);
  expect(stderr).toContain('3 problems');
});
