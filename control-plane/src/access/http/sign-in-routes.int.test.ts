import { hashSecret, newId } from '@tollgate/schema';
import Fastify from 'fastify';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createTestClock } from '../../test-support/test-clock.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { createAuthenticator } from '../authenticate.ts';
import { createPasswordChanges } from '../password/password-changes.ts';
import { createPasswords } from '../password/passwords.ts';
import { createServiceTokens } from '../service-token/service-tokens.ts';
import { createSessions } from '../session/sessions.ts';
import { createSignIn } from '../sign-in/sign-in.ts';
import { createThrottle } from '../throttle/throttle.ts';
import { createCookieJar } from './cookie.ts';
import { addSignInRoutes } from './sign-in-routes.ts';

const ORIGIN = 'https://tollgate.example';
const PASSWORD = 'correct horse battery';
const own = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };

async function startApp() {
  const { db } = await createTestDatabase();
  const { now, pass } = createTestClock();
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
  const blocked = new Set<string>();
  const byName = async (name: string) =>
    ['ada', 'bob'].includes(name) ? { name, isBlocked: blocked.has(name), emailMark: undefined } : undefined;
  const users = { byName, byEmail: async () => undefined, find: byName };
  const passwords = createPasswords({ db, now });
  const sessions = createSessions({ db, now, newId });
  const throttles = {
    account: createThrottle({ db, name: 'account', limit: { burst: 3, refillMs: 60_000 }, now }),
    address: createThrottle({ db, name: 'address', limit: { burst: 6, refillMs: 10_000 }, now }),
  };
  const links = { resolve: async () => undefined };
  const cookies = createCookieJar(true);
  const app = Fastify({ trustProxy: true });
  addSignInRoutes(app, {
    signIn: createSignIn({ users, passwords, links, sessions, throttles, logger }),
    passwordChanges: createPasswordChanges({ users, passwords, sessions, throttle: throttles.account, logger }),
    sessions,
    authenticator: createAuthenticator({
      adminTokenHash: hashSecret('admin-token-for-tests'),
      origin: ORIGIN,
      cookies,
      sessions,
      serviceTokens: createServiceTokens({ db, now, newId }),
      holders: { bindingsOf: async (_kind, name) => (blocked.has(name) ? undefined : []) },
    }),
    cookies,
    origin: ORIGIN,
    hasOidc: false,
    now,
  });
  await passwords.set('ada', PASSWORD);

  const post = async (path: string, payload?: unknown, headers: Record<string, string> = own) => {
    const body = payload === undefined ? {} : { payload: JSON.stringify(payload) };
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: path, headers: { ...type, ...headers }, ...body });
    const session = response.cookies.find(({ name }) => name === '__Host-tollgate-session');
    return { status: response.statusCode, text: response.body, headers: response.headers, session };
  };
  const signIn = (login: string, password: string, address = '192.0.2.1') =>
    post('/auth/sign-in', { login, password }, { ...own, 'x-forwarded-for': address });
  const withSession = async () => {
    const { session } = await signIn('ada', PASSWORD);
    return { ...own, cookie: `__Host-tollgate-session=${session?.value}` };
  };
  return { post, signIn, withSession, pass, blocked, sessions, passwords, logged: () => lines.join('') };
}

test('the right password opens a session in a cookie that scripts and other sites cannot use', async () => {
  const app = await startApp();
  const { status, session, text } = await app.signIn('ada', PASSWORD);
  expect([status, JSON.parse(text)]).toEqual([200, { user: 'ada', expiresAt: '2027-01-02T00:00:00.000Z' }]);
  expect(session).toMatchObject({ path: '/', httpOnly: true, secure: true, sameSite: 'Lax', maxAge: 86_400 });
  expect(await app.sessions.find(session?.value ?? '')).toMatchObject({ userName: 'ada', address: '192.0.2.1' });
  expect(text).not.toContain(session?.value);
});

test('every wrong sign-in gets the same answer, so that it tells nobody who has an account', async () => {
  const app = await startApp();
  app.blocked.add('ada');
  const answers = [
    await app.signIn('nobody', PASSWORD),
    await app.signIn('bob', PASSWORD),
    await app.signIn('ada', 'wrong password'),
    await app.signIn('ada', PASSWORD),
    await app.signIn('ada@example.com', PASSWORD),
    await app.signIn('\0', PASSWORD),
  ];
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
    new Set(['401 {"error":"the user or the password is wrong"}']),
  );
  expect(answers.some(({ session }) => session)).toBe(false);
});

test('an account takes three wrong passwords, then one a minute, whoever sends them; the right one starts anew', async () => {
  const app = await startApp();
  const from = (index: number) => `198.51.100.${index}`;
  for (let index = 0; index < 3; index += 1) {
    expect((await app.signIn('ada', 'wrong password', from(index))).status).toBe(401);
  }
  const throttled = await app.signIn('ada', PASSWORD, from(9));
  expect([throttled.status, throttled.headers['retry-after']]).toEqual([429, '60']);
  expect((await app.signIn('bob', 'wrong password', from(9))).status).toBe(401);
  app.pass(60_000);
  expect((await app.signIn('ada', PASSWORD, from(9))).status).toBe(200);
  for (let index = 0; index < 3; index += 1) {
    expect((await app.signIn('ada', 'wrong password', from(20 + index))).status).toBe(401);
  }
});

test('an account that does not exist is throttled just as one that does', async () => {
  const app = await startApp();
  const statuses = async (login: string, address: string) => {
    const all = [];
    for (let index = 0; index < 4; index += 1) all.push((await app.signIn(login, 'wrong password', address)).status);
    return all;
  };
  expect(await statuses('nobody', '192.0.2.8')).toEqual(await statuses('ada', '192.0.2.9'));
});

test('an address takes six attempts on whatever accounts, then one each ten seconds', async () => {
  const app = await startApp();
  for (let index = 0; index < 6; index += 1) {
    expect((await app.signIn(`user${index}`, 'wrong password')).status).toBe(401);
  }
  expect((await app.signIn('ada', PASSWORD)).status).toBe(429);
  expect((await app.signIn('ada', PASSWORD, '192.0.2.2')).status).toBe(200);
  app.pass(10_000);
  expect((await app.signIn('ada', PASSWORD)).status).toBe(200);
});

test('signing out ends the session and nothing else', async () => {
  const app = await startApp();
  const [first, second] = [await app.withSession(), await app.withSession()];
  const { status, session } = await app.post('/auth/sign-out', undefined, first);
  expect([status, session?.value, session?.maxAge]).toEqual([204, '', 0]);
  expect(await app.sessions.list('ada')).toHaveLength(1);
  expect((await app.post('/auth/sign-out', undefined, first)).status).toBe(204);
  expect((await app.post('/auth/password', { current: PASSWORD, next: 'x' }, first)).status).toBe(401);
  expect((await app.post('/auth/password', { current: PASSWORD, next: 'x' }, second)).status).toBe(422);
});

test('a user changes his password with the current one, which ends his other sessions', async () => {
  const app = await startApp();
  const [here] = [await app.withSession(), await app.withSession()];
  const next = 'an even better password';
  const change = (current: string, chosen: string) => app.post('/auth/password', { current, next: chosen }, here);
  expect((await change('wrong password', next)).status).toBe(401);
  expect(await change(PASSWORD, 'short')).toMatchObject({ status: 422, text: expect.stringContaining('12 char') });
  expect((await change(PASSWORD, next)).status).toBe(204);
  expect(await app.sessions.list('ada')).toHaveLength(1);
  expect((await app.signIn('ada', PASSWORD)).status).toBe(401);
  expect((await app.signIn('ada', next)).status).toBe(200);
});

test('wrong current passwords are throttled with the sign-ins', async () => {
  const app = await startApp();
  const here = await app.withSession();
  const guess = () => app.post('/auth/password', { current: 'wrong', next: 'an even better password' }, here);
  const statuses = [await guess(), await guess(), await guess(), await guess()].map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 401, 429]);
});

test('a set-up token sets a password once and ends all sessions', async () => {
  const app = await startApp();
  await app.withSession();
  const { token } = await app.passwords.createSetup('ada', 'admin');
  const setUp = (password: string, given = token) => app.post('/auth/password-setup', { token: given, password });
  expect((await setUp('short')).status).toBe(422);
  expect((await setUp('a new long password', 'tg-setup-wrong')).status).toBe(401);
  expect((await setUp('a new long password')).status).toBe(204);
  expect((await setUp('another long password')).status).toBe(401);
  expect(await app.sessions.list('ada')).toEqual([]);
  expect((await app.signIn('ada', 'a new long password')).status).toBe(200);
  const late = await app.passwords.createSetup('ada', 'admin');
  app.blocked.add('ada');
  expect((await setUp('another long password', late.token)).status).toBe(401);
});

test('no other site signs anybody in or out, or changes a password', async () => {
  const app = await startApp();
  const here = await app.withSession();
  const foreign = { ...here, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await app.post('/auth/sign-in', { login: 'ada', password: PASSWORD }, foreign)).status).toBe(403);
  expect((await app.post('/auth/sign-out', undefined, foreign)).status).toBe(403);
  expect((await app.post('/auth/password', { current: PASSWORD, next: PASSWORD }, foreign)).status).toBe(403);
  const { cookie } = here;
  expect((await app.post('/auth/sign-out', undefined, { cookie })).status).toBe(403);
  expect(await app.sessions.list('ada')).toHaveLength(1);
  expect((await app.post('/auth/sign-out', undefined, { cookie, 'x-tollgate-csrf': '1' })).status).toBe(204);
});

test('a body of another shape is refused without a word of what it held', async () => {
  const app = await startApp();
  const bodies = [
    null,
    'text',
    [],
    {},
    { login: 'ada' },
    { login: 'ada', password: 7 },
    { login: ['ada'], password: PASSWORD },
    { login: { $ne: '' }, password: PASSWORD },
    { login: 'ada', password: PASSWORD, admin: true },
    { login: 'ada', password: 'x'.repeat(1_025) },
    { login: 'x'.repeat(321), password: PASSWORD },
  ];
  for (const body of bodies) {
    const { status, text } = await app.post('/auth/sign-in', body);
    const error = 'the body must be JSON with the texts login and password';
    expect([status, JSON.parse(text)]).toEqual([400, { error }]);
  }
});

test('nothing that was typed is in the log', async () => {
  const app = await startApp();
  await app.signIn('typed-PASSWORD-as-name', 'PASSWORD-of-nobody');
  await app.signIn('ada', 'PASSWORD-that-is-wrong');
  const here = await app.withSession();
  await app.post('/auth/password', { current: PASSWORD, next: 'the-next-PASSWORD' }, here);
  expect(app.logged()).toContain('"user":"ada"');
  expect(app.logged()).not.toMatch(/PASSWORD|horse|tg-session/);
});
