import { expect, test } from 'vitest';
import { type Caller, callerOf, commitAs, startTenantPlane, toPutChange } from '../../test-support/test-callers.ts';
import { askGraphQL, type TestPlane } from '../../test-support/test-plane.ts';

const PASSWORD = 'correct horse battery';
const codesOf = ({ errors }: Awaited<ReturnType<Caller>>) => errors.map(({ extensions }) => extensions.code);
const messagesOf = ({ errors }: Awaited<ReturnType<Caller>>) => errors.map(({ message }) => message);
const me = '{ me { kind name roles { role on } } }';

const post = ({ url }: TestPlane, path: string, body: object) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Signs in over HTTP, as a browser would. */
async function signIn(plane: TestPlane, login: string): Promise<Record<string, string> | undefined> {
  const response = await post(plane, '/auth/sign-in', { login, password: PASSWORD });
  const [cookie] = response.headers.getSetCookie();
  return response.ok ? { cookie: cookie?.split(';')[0] ?? '', 'x-tollgate-csrf': '1' } : undefined;
}

async function setUpPassword(ask: Caller, plane: TestPlane, user: string): Promise<number> {
  const { data } = await ask(`mutation { createPasswordSetup(user: "${user}") { token expiresAt } }`);
  const { token } = (data['createPasswordSetup'] ?? {}) as { token?: string };
  return (await post(plane, '/auth/password-setup', { token, password: PASSWORD })).status;
}

const askWith = (plane: TestPlane, query: string, headers: Record<string, string> = {}) =>
  askGraphQL(plane.url, JSON.stringify({ query }), headers);

test('an admin lets a user in, who sets a password, signs in by name or address, and is himself', async () => {
  const { plane, signIn: callerFor } = await startTenantPlane();
  const boss = await callerFor('acme-boss');
  expect(await setUpPassword(boss, plane, 'acme-member')).toBe(204);
  for (const login of ['acme-member', 'MEMBER@acme.example']) {
    const headers = await signIn(plane, login);
    expect((await askWith(plane, me, headers)).data).toEqual({
      me: { kind: 'USER', name: 'acme-member', roles: [{ role: 'MEMBER', on: 'team:acme-search' }] },
    });
  }
  const sessions = '{ mySessions { isCurrent method userAgent } }';
  const headers = await signIn(plane, 'acme-member');
  const listed = (await askWith(plane, sessions, headers)).data['mySessions'] as unknown as { isCurrent: boolean }[];
  expect(listed.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
  expect(listed).toHaveLength(3);
  expect(plane.logged()).not.toMatch(/correct horse|tg-setup|tg-session/);
});

test('only who may give all roles of a user can set him a password', async () => {
  const { signIn: callerFor } = await startTenantPlane();
  const setup = (user: string) => `mutation { createPasswordSetup(user: "${user}") { token } }`;
  const [boss, lead] = [await callerFor('acme-boss'), await callerFor('acme-lead')];
  expect(messagesOf(await lead(setup('acme-member')))).toEqual([
    'to do this to user acme-member the role organization-admin on organization acme is needed',
  ]);
  expect(codesOf(await boss(setup('acme-lead')))).toEqual([]);
  for (const user of ['globex-boss', 'root', 'nobody', 'never-was']) {
    expect([user, messagesOf(await boss(setup(user)))]).toEqual([user, [`there is no user named ${user}`]]);
  }
});

test('a user who is blocked or deleted is out at once, and nothing of him is left for the next of his name', async () => {
  const { plane, signIn: callerFor } = await startTenantPlane();
  const boss = await callerFor('acme-boss');
  await setUpPassword(boss, plane, 'acme-accountant');
  const session = await signIn(plane, 'acme-accountant');
  await commitAs(boss, [{ blockUser: { name: 'acme-accountant' } }]);
  expect((await askWith(plane, me, session)).status).toBe(401);
  expect(await signIn(plane, 'acme-accountant')).toBeUndefined();
  await commitAs(boss, [{ unblockUser: { name: 'acme-accountant' } }]);
  expect((await askWith(plane, me, session)).status).toBe(401);
  expect(await signIn(plane, 'acme-accountant')).toBeDefined();

  await commitAs(boss, [{ delete: { kind: 'USER', name: 'acme-accountant', cascade: true } }]);
  const user = { kind: 'user', name: 'acme-accountant', declaration: { email: 'next@acme.example' } } as const;
  await commitAs(plane.ask, [toPutChange(user)]);
  expect(await signIn(plane, 'acme-accountant')).toBeUndefined();
});

test('a role that is taken away is gone with the next request', async () => {
  const { plane, signIn: callerFor } = await startTenantPlane();
  const lead = await callerFor('acme-lead');
  const read = '{ team(name: "acme-search") { name } }';
  expect((await lead(read)).data).toEqual({ team: { name: 'acme-search' } });
  await commitAs(plane.ask, [{ delete: { kind: 'MEMBER', name: 'acme-lead-in' } }]);
  expect((await lead(read)).data).toEqual({ team: null });
});

test('a service token acts as its account within its scopes until it is revoked, and is shown once', async () => {
  const { plane, signIn: callerFor } = await startTenantPlane();
  const lead = await callerFor('acme-lead');
  const issue = (scopes: string, more = '') =>
    lead(
      `mutation { issueServiceToken(serviceAccount: "acme-ci", scopes: [${scopes}], description: "nightly"${more}) { id token } }`,
    );
  const { id, token } = (await issue('CONFIG_READ')).data['issueServiceToken'] as unknown as Record<string, string>;
  const headers = { authorization: `Bearer ${token}` };
  expect((await askWith(plane, '{ projects { edges { node { name } } } me { name kind } }', headers)).data).toEqual({
    projects: { edges: [{ node: { name: 'acme-ranking' } }] },
    me: { name: 'acme-ci', kind: 'SERVICE_ACCOUNT' },
  });
  const put = 'mutation { putVirtualKey(name: "k", spec: { project: "acme-ranking" }) { committed } }';
  expect(messagesOf(await askWith(plane, put, headers))).toEqual([
    'to ask for putVirtualKey a token with the scope CONFIG_WRITE or KEYS_WRITE or ACCESS_WRITE is needed',
  ]);
  const list = '{ serviceTokens(serviceAccount: "acme-ci") { id description scopes createdBy lastUsedAt } }';
  const listed = await lead(list);
  expect(listed.data).toMatchObject({
    serviceTokens: [{ id, description: 'nightly', scopes: ['CONFIG_READ'], createdBy: 'user:acme-lead' }],
  });
  expect(JSON.stringify(listed)).not.toContain(token);
  const stranger = await callerFor('globex-boss');
  expect(codesOf(await stranger(list))).toEqual(['NOT_FOUND']);
  expect(codesOf(await stranger(`mutation { revokeServiceToken(id: "${id}") }`))).toEqual(['NOT_FOUND']);
  expect((await lead(`mutation { revokeServiceToken(id: "${id}") }`)).data).toEqual({ revokeServiceToken: true });
  expect((await askWith(plane, me, headers)).status).toBe(401);
  expect(codesOf(await issue(''))).toEqual(['BAD_USER_INPUT']);
  expect(codesOf(await issue('CONFIG_READ', ', expiresAt: "2020-01-01T00:00:00Z"'))).toEqual(['BAD_USER_INPUT']);
});

test('nobody gets more rights through a service account than he has', async () => {
  const { plane, signIn: callerFor } = await startTenantPlane();
  const issue = (account: string, scopes: string) =>
    `mutation { issueServiceToken(serviceAccount: "${account}", scopes: [${scopes}]) { token } }`;
  const boss = await callerFor('acme-boss');
  const strong = {
    kind: 'role-binding',
    name: 'strong',
    declaration: { subject: { serviceAccount: 'acme-ci' }, role: 'platform-viewer', on: { platform: true } },
  } as const;
  await commitAs(plane.ask, [toPutChange(strong)]);
  expect(messagesOf(await boss(issue('acme-ci', 'CONFIG_READ')))).toEqual([
    'to do this to service account acme-ci the role platform-admin on the platform is needed',
  ]);
  expect(codesOf(await boss(issue('robot', 'CONFIG_READ')))).toEqual(['NOT_FOUND']);

  const { data } = await plane.ask(issue('robot', 'ACCESS_WRITE'));
  const robotMay = { subject: { serviceAccount: 'robot' }, role: 'platform-admin', on: { platform: true } };
  await commitAs(plane.ask, [toPutChange({ kind: 'role-binding', name: 'robot-may', declaration: robotMay })]);
  const headers = { authorization: `Bearer ${(data['issueServiceToken'] as unknown as { token: string }).token}` };
  expect(codesOf(await askWith(plane, issue('robot', 'ACCESS_WRITE'), headers))).toEqual([]);
  expect(codesOf(await askWith(plane, issue('robot', 'CONFIG_WRITE'), headers))).toEqual(['FORBIDDEN']);
  const setup = 'mutation { createPasswordSetup(user: "root") { token } }';
  expect(codesOf(await askWith(plane, setup, headers))).toEqual(['FORBIDDEN']);
});

test('with a session nothing is changed from another site', async () => {
  const { plane, signIn: callerFor } = await startTenantPlane();
  await setUpPassword(await callerFor('acme-boss'), plane, 'acme-lead');
  const { cookie = '' } = (await signIn(plane, 'acme-lead')) ?? {};
  const block = 'mutation { blockVirtualKey(name: "acme-key") { committed } }';
  const sites: readonly Record<string, string>[] = [
    {},
    { origin: 'https://evil.example', 'x-tollgate-csrf': '1' },
    { 'sec-fetch-site': 'cross-site', 'x-tollgate-csrf': '1' },
  ];
  for (const headers of sites) {
    const answer = await askWith(plane, block, { cookie, ...headers });
    expect([answer.status, codesOf(answer)]).toEqual([403, ['FORBIDDEN']]);
  }
  const byGet = await fetch(`${plane.url}/graphql?query=${encodeURIComponent(block)}`, {
    headers: { cookie, 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '1' },
  });
  expect(byGet.status).toBe(405);
  const own = await askWith(plane, block, { cookie, origin: plane.url, 'sec-fetch-site': 'same-origin' });
  expect(own.data).toEqual({ blockVirtualKey: { committed: true } });
});

test('a name that is used again does not open the past of whoever had it before', async () => {
  const { plane } = await startTenantPlane();
  const { data } = await plane.ask('{ revision }');
  const before = Number(data['revision']);
  await commitAs(plane.ask, [{ delete: { kind: 'TEAM', name: 'acme-search', cascade: true } }]);
  const again = [
    { kind: 'team', name: 'acme-search', declaration: { organization: 'globex' } },
    { kind: 'virtual-key', name: 'new-key', declaration: { team: 'acme-search' } },
    { kind: 'member', name: 'new-in', declaration: { user: 'globex-member', team: 'acme-search', role: 'team-admin' } },
  ] as const;
  await commitAs(plane.ask, again.map(toPutChange));
  const [boss, lead] = [await callerOf(plane, 'globex-boss'), await callerOf(plane, 'globex-member')];
  const keys = (asOf: string) => `{ virtualKeys${asOf} { edges { node { name } } } }`;
  const namesOf = async (ask: Caller, asOf: string) => JSON.stringify((await ask(keys(asOf))).data);
  const then = `(asOf: { revision: ${before} })`;
  expect(await namesOf(boss, then)).toContain('globex-key');
  const team = `{ team(name: "acme-search", asOf: { revision: ${before} }) { name } }`;
  for (const ask of [boss, lead]) {
    expect(await namesOf(ask, '')).toContain('new-key');
    expect(await namesOf(ask, then)).not.toContain('acme-');
    expect((await ask(team)).data).toEqual({ team: null });
  }
});
