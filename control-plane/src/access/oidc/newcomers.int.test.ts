import { expect, test } from 'vitest';
import { startTestOidcProvider, type TestPerson } from '../../test-support/test-oidc-provider.ts';
import { askGraphQL, startTestPlane } from '../../test-support/test-plane.ts';

/** Where browsers are told to reach the plane; the test takes each path to where it really listens. */
const publicUrl = 'http://127.0.0.1:4100';

async function startPlane(newcomerDomains: readonly string[]) {
  const provider = await startTestOidcProvider(`${publicUrl}/auth/oidc/callback`);
  const plane = await startTestPlane({ oidc: provider, publicUrl, newcomerDomains });
  const get = (path: string, cookie = '') => fetch(`${plane.url}${path}`, { redirect: 'manual', headers: { cookie } });
  const cookieOf = (response: Response, name: string) =>
    response.headers
      .getSetCookie()
      .find((set) => set.startsWith(`${name}=`) && !set.startsWith(`${name}=;`))
      ?.split(';')[0];

  /** @returns who somebody is after signing in; undefined if he was refused */
  async function signIn(person: TestPerson): Promise<unknown> {
    const start = await get('/auth/oidc/start');
    const back = await provider.signIn(new URL(start.headers.get('location') ?? ''), person);
    const answer = await get(`${back.pathname}${back.search}`, cookieOf(start, 'tollgate-oidc'));
    const cookie = cookieOf(answer, 'tollgate-session');
    if (cookie === undefined) return undefined;
    const query = JSON.stringify({ query: '{ me { name roles { role } } users { totalCount } }' });
    return (await askGraphQL(plane.url, query, { cookie, 'x-tollgate-csrf': '1' })).data;
  }
  return { plane, signIn };
}

const person = (sub: string, email: string, isVerified = true): TestPerson => ({
  sub,
  email,
  email_verified: isVerified,
});

test('somebody of an allowed domain is declared as a user without a role, once, and sees nobody else', async () => {
  const { plane, signIn } = await startPlane(['example.com']);
  const nobodyYet = { roles: [] };
  const ada = { me: { name: 'ada', ...nobodyYet }, users: { totalCount: 1 } };
  expect(await signIn(person('1', 'Ada@Example.com'))).toEqual(ada);
  expect(await signIn(person('1', 'ada@example.com'))).toEqual(ada);
  expect(await signIn(person('2', 'ada@evil.example.com'))).toBeUndefined();
  expect(await signIn(person('3', 'ada+1@example.com'))).toMatchObject({ me: { name: 'ada-1' } });
  expect(await signIn(person('4', 'bob@example.com', false))).toBeUndefined();
  const { data } = await plane.ask('{ users { totalCount } user(name: "ada") { email } }');
  expect(data).toEqual({ users: { totalCount: 2 }, user: { email: 'ada@example.com' } });
});

test('a name that is taken by somebody else is given with a number', async () => {
  const { plane, signIn } = await startPlane(['example.com', 'example.org']);
  await plane.ask('mutation { putUser(name: "ada", spec: { email: "other@example.com" }) { committed } }');
  expect(await signIn(person('1', 'ada@example.com'))).toMatchObject({ me: { name: 'ada-2' } });
  expect(await signIn(person('2', 'ada@example.org'))).toMatchObject({ me: { name: 'ada-3' } });
  expect((await plane.ask('{ user(name: "ada") { email } }')).data).toEqual({ user: { email: 'other@example.com' } });
});

test('without a rule nobody comes in who is not declared', async () => {
  const { plane, signIn } = await startPlane([]);
  expect(await signIn(person('1', 'ada@example.com'))).toBeUndefined();
  await plane.ask('mutation { putUser(name: "lovelace", spec: { email: "Ada@example.com" }) { committed } }');
  expect(await signIn(person('1', 'ada@example.com'))).toMatchObject({ me: { name: 'lovelace' } });
});
