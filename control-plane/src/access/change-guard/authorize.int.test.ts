import type { ChangeProblem } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { RequestedChange } from '../../change-set/change-request.ts';
import { createTestChangeSets, put, TEST_ORIGIN } from '../../test-support/fixed-ports.ts';
import { allEntities } from '../../test-support/tenants.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { createHolders } from '../holders.ts';
import type { Principal } from '../principal.ts';
import { type TokenScope, tokenScopes } from '../scopes.ts';
import { authorize } from './authorize.ts';

type Did = { readonly committed: boolean; readonly problems: readonly ChangeProblem[] };

async function startTenants() {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const changes = allEntities.map(({ kind, name, declaration }) => put(kind, name, declaration));
  const { problems } = await changeSets.commit({ changes }, TEST_ORIGIN);
  expect(problems).toEqual([]);

  const principalOf = async (
    name: string,
    scopes: readonly TokenScope[] = tokenScopes,
    kind: 'user' | 'service-account' = 'user',
  ): Promise<Principal> => {
    const bindings = (await createHolders(db).bindingsOf(kind, name)) ?? [];
    const holder = { name, bindings, scopes };
    return kind === 'user' ? { ...holder, kind, sessionId: 's' } : { ...holder, kind, tokenId: 't' };
  };
  const originOf = (principal: Principal) => ({
    ...TEST_ORIGIN,
    authorize: (...[touches, trx]: Parameters<typeof TEST_ORIGIN.authorize>) => authorize(principal, touches, trx),
  });
  /** Tries to commit, and says what was refused. */
  const attempt = async (principal: Principal, ...asked: readonly RequestedChange[]): Promise<Did> =>
    changeSets.commit({ changes: asked }, originOf(principal));
  return { db, changeSets, principalOf, originOf, attempt };
}

const remove = (kind: RequestedChange['kind'], name: string): RequestedChange => ({ op: 'delete', kind, name });
const messages = ({ problems }: Did) => problems.map(({ code, message }) => `${code}: ${message}`);
const ok: Pick<Did, 'committed' | 'problems'> = { committed: true, problems: [] };

test('a team admin makes, changes and deletes what is in the team', async () => {
  const { attempt, principalOf } = await startTenants();
  const lead = await principalOf('acme-lead');
  expect(await attempt(lead, put('virtual-key', 'fresh', { team: 'acme-search' }))).toMatchObject(ok);
  expect(await attempt(lead, put('project', 'acme-new', { team: 'acme-search' }))).toMatchObject(ok);
  expect(await attempt(lead, put('virtual-key', 'fresh', { project: 'acme-new' }))).toMatchObject(ok);
  expect(await attempt(lead, remove('virtual-key', 'fresh'), remove('project', 'acme-new'))).toMatchObject(ok);
  expect(await attempt(lead, { op: 'block', kind: 'virtual-key', name: 'acme-key' })).toMatchObject(ok);
});

test('a team admin does not raise the budget of the team, in whatever way it is declared', async () => {
  const { attempt, principalOf } = await startTenants();
  const lead = await principalOf('acme-lead');
  const budgets = [{ limit: '9999 USD', window: 'month' }];
  const more = { limit: '9999 USD', window: 'month' };
  const needed = (what: string) => [
    `forbidden: to put ${what} the role organization-admin on organization acme is needed`,
  ];
  const team = put('team', 'acme-search', { organization: 'acme', budgets });
  expect(messages(await attempt(lead, team))).toEqual(needed('team acme-search'));
  const named = put('budget', 'acme-team-budget', { scope: { team: 'acme-search' }, ...more });
  expect(messages(await attempt(lead, named))).toEqual(needed('budget acme-team-budget'));
  const another = put('budget', 'another', { scope: { team: 'acme-search' }, ...more });
  expect(messages(await attempt(lead, another))).toEqual(needed('budget another'));
  const moved = put('budget', 'acme-team-budget', { scope: { key: 'acme-key' }, ...more });
  expect(messages(await attempt(lead, moved))).toEqual(needed('budget acme-team-budget'));
  const ofKey = put('budget', 'acme-key-budget', { scope: { key: 'acme-key' }, ...more });
  expect(await attempt(lead, ofKey)).toMatchObject(ok);
});

test('nothing is moved to another tenant, nor taken from one', async () => {
  const { attempt, principalOf, changeSets } = await startTenants();
  const both = [put('member', 'twice', { user: 'acme-boss', organization: 'globex', role: 'member' })];
  expect(await changeSets.commit({ changes: both }, TEST_ORIGIN)).toMatchObject(ok);
  const boss = await principalOf('acme-boss');
  const give = put('virtual-key', 'acme-key', { team: 'globex-search' });
  const needed = 'the role team-admin on team globex-search is needed';
  expect(messages(await attempt(boss, give))).toEqual([`forbidden: to put virtual key acme-key ${needed}`]);
  const take = put('virtual-key', 'globex-key', { team: 'acme-search' });
  expect(messages(await attempt(boss, take))).toEqual([`forbidden: to put virtual key globex-key ${needed}`]);
  const mixed = put('virtual-key', 'mixed', { team: 'acme-search', project: 'globex-ranking' });
  expect((await attempt(boss, mixed)).committed).toBe(false);
  const moved = put('team', 'acme-search', { organization: 'globex' });
  expect(messages(await attempt(boss, moved))).toEqual([
    'forbidden: to put team acme-search the role organization-admin on organization globex is needed',
  ]);
});

test('what somebody may not see is not there: for deleting, blocking and referring to it', async () => {
  const { attempt, principalOf } = await startTenants();
  const boss = await principalOf('acme-boss');
  expect(messages(await attempt(boss, remove('virtual-key', 'globex-key')))).toEqual([
    'not_found: there is no virtual key named globex-key',
  ]);
  expect(messages(await attempt(boss, remove('virtual-key', 'never-was')))).toEqual([
    'not_found: there is no virtual key named never-was',
  ]);
  const block = { op: 'block', kind: 'team', name: 'globex-search' } as const;
  expect(messages(await attempt(boss, block))).toEqual(['not_found: there is no team named globex-search']);
  const keyOf = (fields: object) => put('virtual-key', 'x', { team: 'acme-search', ...fields });
  for (const fields of [{ user: 'globex-member' }, { customer: 'shopper' }]) {
    const [problem] = (await attempt(boss, keyOf(fields))).problems;
    const [[kind, name] = []] = Object.entries(fields);
    expect(problem).toMatchObject({
      code: 'unknown_reference',
      message: `there is no ${kind} named ${name}`,
      path: kind,
    });
  }
  const absent = await attempt(boss, keyOf({ user: 'never-was' }));
  expect(absent.problems).toMatchObject([{ code: 'unknown_reference', message: 'there is no user named never-was' }]);
});

test('a put over what somebody may not see is refused without a word of whose it is', async () => {
  const { attempt, principalOf } = await startTenants();
  const did = await attempt(await principalOf('acme-boss'), put('team', 'globex-search', { organization: 'acme' }));
  expect(did).toMatchObject({ committed: false, entries: [] });
  expect(messages(did)).toEqual([
    'forbidden: to put team globex-search the role platform-admin on the platform is needed',
  ]);
});

test('a reference that an admin has set may stay when somebody changes another field', async () => {
  const { attempt, principalOf, changeSets } = await startTenants();
  const key = { team: 'acme-search', customer: 'shopper' };
  await changeSets.commit({ changes: [put('virtual-key', 'acme-key', key)] }, TEST_ORIGIN);
  const lead = await principalOf('acme-lead');
  expect(await attempt(lead, put('virtual-key', 'acme-key', { ...key, tags: ['x'] }))).toMatchObject(ok);
});

test('nobody gives himself or others a role above his own, or beyond where he holds it', async () => {
  const { attempt, principalOf } = await startTenants();
  const [lead, boss, maker] = [
    await principalOf('acme-lead'),
    await principalOf('acme-boss'),
    await principalOf('acme-maker'),
  ];
  const bind = (name: string, user: string, role: string, on: object) =>
    put('role-binding', name, { subject: { user }, role, on });
  const join = (name: string, fields: object) => put('member', name, { user: 'acme-member', ...fields });
  const escalations: readonly (readonly [Principal, RequestedChange])[] = [
    [lead, bind('up', 'acme-lead', 'organization-admin', { organization: 'acme' })],
    [lead, bind('up', 'acme-lead', 'platform-admin', { platform: true })],
    [lead, bind('acme-maker-may', 'acme-maker', 'team-admin', { organization: 'acme' })],
    [lead, join('up', { organization: 'acme', role: 'team-admin' })],
    [lead, put('member', 'acme-lead-in', { user: 'acme-lead', organization: 'acme', role: 'organization-admin' })],
    [maker, bind('up', 'acme-maker', 'team-admin', { team: 'acme-search' })],
    [maker, join('up', { team: 'acme-search', role: 'member' })],
    [boss, bind('up', 'acme-boss', 'platform-viewer', { platform: true })],
    [boss, bind('up', 'acme-boss', 'billing-viewer', { platform: true })],
    [boss, bind('up', 'acme-boss', 'organization-admin', { organization: 'globex' })],
  ];
  for (const [principal, change] of escalations) {
    const did = await attempt(principal, change);
    expect([did.committed, did.problems.map(({ code }) => code)]).toEqual([false, ['forbidden']]);
  }
  expect(await attempt(lead, bind('ok', 'acme-member', 'team-admin', { project: 'acme-ranking' }))).toMatchObject(ok);
  expect(await attempt(boss, join('ok', { organization: 'acme', role: 'organization-admin' }))).toMatchObject(ok);
});

test('who administers a team does not take a role away that he could not give', async () => {
  const { attempt, principalOf } = await startTenants();
  const lead = await principalOf('acme-lead');
  expect((await attempt(lead, remove('member', 'acme-boss-in'))).committed).toBe(false);
  expect((await attempt(lead, remove('member', 'acme-member-in'))).problems.map(({ code }) => code)).not.toContain(
    'forbidden',
  );
});

test('a user is changed only by who may give all roles that he holds, so that no account is taken over', async () => {
  const { attempt, principalOf, changeSets } = await startTenants();
  const email = (name: string) => put('user', name, { email: 'mine@evil.example' });
  const [lead, boss] = [await principalOf('acme-lead'), await principalOf('acme-boss')];
  expect((await attempt(lead, email('acme-member'))).committed).toBe(false);
  expect(await attempt(boss, email('acme-member'))).toMatchObject(ok);
  const strong = put('role-binding', 'strong', {
    subject: { user: 'acme-member' },
    role: 'platform-viewer',
    on: { platform: true },
  });
  await changeSets.commit({ changes: [strong] }, TEST_ORIGIN);
  expect(messages(await attempt(boss, put('user', 'acme-member', { email: 'again@evil.example' })))).toEqual([
    'forbidden: to put user acme-member the role platform-admin on the platform is needed',
  ]);
  const elsewhere = put('member', 'elsewhere', { user: 'acme-maker', team: 'globex-search', role: 'member' });
  await changeSets.commit({ changes: [elsewhere] }, TEST_ORIGIN);
  expect((await attempt(boss, email('acme-maker'))).committed).toBe(false);
  expect((await attempt(boss, { op: 'block', kind: 'user', name: 'acme-maker' })).committed).toBe(false);
});

test('an organization admin brings in a new user together with a membership, but not one of another tenant', async () => {
  const { attempt, principalOf } = await startTenants();
  const boss = await principalOf('acme-boss');
  const user = put('user', 'new', { email: 'new@acme.example' });
  const membership = (name: string) =>
    put('member', `${name}-joins`, { user: name, team: 'acme-search', role: 'member' });
  expect((await attempt(boss, user)).committed).toBe(false);
  expect(await attempt(boss, user, membership('new'))).toMatchObject(ok);
  expect(messages(await attempt(boss, membership('globex-member')))).toEqual([
    'unknown_reference: there is no user named globex-member',
  ]);
  expect(messages(await attempt(boss, membership('nobody')))).toEqual([
    'unknown_reference: there is no user named nobody',
  ]);
});

test('a member blocks his own key, but does not unblock or change it, nor touches that of others', async () => {
  const { attempt, principalOf } = await startTenants();
  const member = await principalOf('acme-member');
  const act = (op: 'block' | 'unblock', name: string) => attempt(member, { op, kind: 'virtual-key', name });
  expect(await act('block', 'acme-own-key')).toMatchObject(ok);
  expect(messages(await act('unblock', 'acme-own-key'))).toEqual([
    'forbidden: to unblock virtual key acme-own-key the role team-admin on project acme-ranking is needed',
  ]);
  expect((await act('block', 'acme-key')).committed).toBe(false);
  const more = put('virtual-key', 'acme-own-key', { project: 'acme-ranking', user: 'acme-member', models: ['*'] });
  expect((await attempt(member, more)).committed).toBe(false);
});

test('one change that is not allowed refuses the whole change set, and says nothing of the rest', async () => {
  const { attempt, principalOf } = await startTenants();
  const lead = await principalOf('acme-lead');
  const good = put('virtual-key', 'fresh', { team: 'acme-search' });
  const bad = put('organization', 'acme', {});
  const did = await attempt(lead, good, bad);
  expect(did).toMatchObject({ committed: false, entries: [] });
  expect(messages(did)).toEqual([
    'forbidden: to put organization acme the role platform-admin on the platform is needed',
  ]);
});

test('what a deletion takes with it is decided just as what is asked for', async () => {
  const { attempt, principalOf, changeSets } = await startTenants();
  const foreign = put('budget', 'foreign', { scope: { key: 'acme-key' }, limit: '1 USD', window: 'day' });
  await changeSets.commit({ changes: [foreign] }, TEST_ORIGIN);
  const lead = await principalOf('acme-lead');
  const cascade = { op: 'delete', kind: 'virtual-key', name: 'acme-key', cascade: true } as const;
  expect(await attempt(lead, cascade)).toMatchObject(ok);
  const team = { op: 'delete', kind: 'team', name: 'acme-search', cascade: true } as const;
  const boss = await principalOf('acme-boss');
  expect(await attempt(boss, team)).toMatchObject(ok);
});

test('a service token is narrowed by its scopes', async () => {
  const { attempt, principalOf } = await startTenants();
  const key = (name: string) => put('virtual-key', name, { project: 'acme-ranking' });
  const keys = await principalOf('acme-ci', ['keys:write'], 'service-account');
  expect(await attempt(keys, key('a'))).toMatchObject(ok);
  const reads = await principalOf('acme-ci', ['config:read'], 'service-account');
  expect(messages(await attempt(reads, key('b')))).toEqual([
    'forbidden: to put virtual key b a token with the scope CONFIG_WRITE or KEYS_WRITE is needed',
  ]);
  expect((await attempt(keys, put('virtual-key', 'c', { team: 'acme-search' }))).committed).toBe(false);
});
