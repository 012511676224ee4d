import { expect, test } from 'vitest';
import { createTestChangeSets, put, TEST_ORIGIN } from '../../test-support/fixed-ports.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import type { RequestedChange } from '../change-request.ts';

/** Two organizations with a team and a project each; `ada` is a member of a team of the first, `eve` of the second. */
const TENANTS = [
  ...['acme', 'globex'].flatMap((name) => [
    put('organization', name, {}),
    put('team', `${name}-t`, { organization: name }),
    put('project', `${name}-p`, { team: `${name}-t` }),
    put('customer', `${name}-c`, { organization: name }),
    put('service-account', `${name}-sa`, { team: `${name}-t` }),
  ]),
  put('team', 'free', {}),
  put('customer', 'free-c', {}),
  ...['ada', 'eve', 'new', 'root'].map((name) => put('user', name, {})),
  put('member', 'ada-in', { user: 'ada', team: 'acme-t', role: 'member' }),
  put('member', 'eve-in', { user: 'eve', organization: 'globex', role: 'member' }),
  put('role-binding', 'root-may', { subject: { user: 'root' }, role: 'platform-admin', on: { platform: true } }),
];

async function setUp() {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  /** What is refused: the entity, the path, and the message. */
  const commit = async (...changes: readonly RequestedChange[]) => {
    const { problems } = await changeSets.commit({ changes }, TEST_ORIGIN);
    return problems.map(({ code, kind, name, path, message }) => `${code} ${kind} ${name} ${path}: ${message}`);
  };
  expect(await commit(...TENANTS)).toEqual([]);
  return commit;
}

const remove = (kind: RequestedChange['kind'], name: string) => ({ op: 'delete', kind, name }) as const;

test('a user is a member of a tenant once, whatever the roles; the other is named', async () => {
  const commit = await setUp();
  const again = put('member', 'ada-again', { user: 'ada', team: 'acme-t', role: 'team-admin' });
  expect(await commit(again)).toEqual([
    'duplicate_entity member ada-again user: user ada is a member of team acme-t already, by member ada-in, as member; ' +
      'change that one, or delete it in the same change set',
  ]);
  expect(await commit(put('member', 'ada-in-p', { user: 'ada', project: 'acme-p', role: 'member' }))).toEqual([]);
  const moved = put('member', 'ada-in-p', { user: 'ada', team: 'acme-t', role: 'member' });
  expect(await commit(moved)).toEqual([expect.stringContaining('duplicate_entity member ada-in-p user')]);
  expect(await commit(remove('member', 'ada-in'), again)).toEqual([]);
  const twins = ['a', 'b'].map((name) => put('member', name, { user: 'new', team: 'free', role: 'member' }));
  expect(await commit(...twins)).toEqual([
    expect.stringMatching(/^duplicate_entity member a user: .* by member b,/),
    expect.stringMatching(/^duplicate_entity member b user: .* by member a,/),
  ]);
});

test('a role is bound to somebody at a place once; other roles and other places are others', async () => {
  const commit = await setUp();
  const bind = (name: string, role: string, team: string) =>
    put('role-binding', name, { subject: { user: 'ada' }, role, on: { team } });
  expect(await commit(bind('one', 'team-admin', 'acme-t'), bind('two', 'billing-viewer', 'acme-t'))).toEqual([]);
  expect(await commit(bind('three', 'team-admin', 'free'))).toEqual([]);
  expect(await commit(bind('four', 'team-admin', 'acme-t'))).toEqual([
    'duplicate_entity role-binding four subject: user ada has that role on team acme-t already, by role binding one, as ' +
      'team-admin; change that one, or delete it in the same change set',
  ]);
});

test('a key is for no customer of another organization than its own, be it of a team or a project', async () => {
  const commit = await setUp();
  const key = (customer: string, where: object) => put('virtual-key', 'k', { customer, ...where });
  expect(await commit(key('globex-c', { team: 'acme-t' }))).toEqual([
    'invalid_declaration virtual-key k customer: customer globex-c belongs to organization globex, and the key to ' +
      'organization acme; take a customer of the latter',
  ]);
  expect(await commit(key('globex-c', { project: 'acme-p' }))).toHaveLength(1);
  expect(await commit(key('acme-c', { project: 'acme-p' }))).toEqual([]);
  expect(await commit(key('free-c', { team: 'acme-t' }))).toEqual([]);
  expect(await commit(key('globex-c', { team: 'free' }))).toEqual([]);
  expect(await commit(key('globex-c', {}))).toEqual([]);
});

test('a key is for no user who belongs to other organizations only', async () => {
  const commit = await setUp();
  const key = (user: string, where: object) => put('virtual-key', 'k', { user, ...where });
  expect(await commit(key('eve', { project: 'acme-p' }))).toEqual([
    'invalid_declaration virtual-key k user: user eve belongs to another organization, and the key to organization acme; ' +
      'make eve a member there first',
  ]);
  expect(await commit(key('ada', { team: 'acme-t' }))).toEqual([]);
  expect(await commit(key('ada', { project: 'globex-p' }))).toHaveLength(1);
  for (const user of ['new', 'root']) expect(await commit(key(user, { team: 'acme-t' }))).toEqual([]);
  const joins = put('member', 'eve-too', { user: 'eve', team: 'acme-t', role: 'member' });
  expect(await commit(key('eve', { team: 'acme-t' }), joins)).toEqual([]);
  // Her leaving is in no key's way, nor is what was declared declared again.
  expect(await commit(remove('member', 'eve-too'))).toEqual([]);
  expect(await commit(key('eve', { team: 'acme-t' }))).toEqual([]);
  expect(await commit(key('eve', { team: 'acme-t', tags: ['new'] }))).toHaveLength(1);
});

test('a service account has no role in another organization', async () => {
  const commit = await setUp();
  const bind = (serviceAccount: string, on: object) =>
    put('role-binding', 'b', { subject: { serviceAccount }, role: 'member', on });
  expect(await commit(bind('acme-sa', { project: 'globex-p' }))).toEqual([
    'invalid_declaration role-binding b subject.serviceAccount: service account acme-sa belongs to organization acme, and ' +
      'the role holds on project globex-p of organization globex',
  ]);
  expect(await commit(bind('acme-sa', { organization: 'acme' }))).toEqual([]);
  expect(await commit(bind('acme-sa', { team: 'free' }))).toEqual([]);
});

test('what would move something into another organization is refused for what it would tear apart', async () => {
  const commit = await setUp();
  const bound = put('role-binding', 'b', {
    subject: { serviceAccount: 'acme-sa' },
    role: 'member',
    on: { project: 'acme-p' },
  });
  const key = put('virtual-key', 'k', { project: 'acme-p', customer: 'acme-c', user: 'ada' });
  const other = put('virtual-key', 'other', { team: 'acme-t', user: 'ada' });
  expect(await commit(key, other, bound)).toEqual([]);
  const customer = put('customer', 'acme-c', { organization: 'globex' });
  expect(await commit(customer)).toEqual([expect.stringMatching(/^invalid_declaration virtual-key k customer: /)]);
  const team = put('team', 'acme-t', { organization: 'globex' });
  expect(await commit(team)).toEqual([expect.stringMatching(/^invalid_declaration virtual-key k customer: /)]);
  // The member of the team moves with it, and so does the account; the keys that are his stay his.
  expect(await commit(team, customer)).toEqual([]);
  const joins = put('member', 'ada-here', { user: 'ada', organization: 'globex', role: 'member' });
  expect(await commit(joins, remove('member', 'ada-in'))).toEqual([]);
  expect(await commit(put('team', 'acme-t', { organization: 'acme' }), customer)).toEqual([
    expect.stringMatching(/^invalid_declaration virtual-key k customer: /),
    expect.stringMatching(/^invalid_declaration virtual-key k user: /),
    expect.stringMatching(/^invalid_declaration virtual-key other user: /),
  ]);
});

test('taking a role from a user waits for no key', async () => {
  const commit = await setUp();
  const elsewhere = put('member', 'ada-too', { user: 'ada', organization: 'globex', role: 'member' });
  expect(await commit(put('virtual-key', 'k', { team: 'acme-t', user: 'ada' }), elsewhere)).toEqual([]);
  expect(await commit(remove('member', 'ada-in'))).toEqual([]);
  const again = put('virtual-key', 'k', { team: 'acme-t', user: 'ada', tags: ['x'] });
  expect(await commit(again)).toEqual([expect.stringMatching(/^invalid_declaration virtual-key k user: /)]);
});
