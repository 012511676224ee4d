import { newId } from '@tollgate/schema';
import Fastify from 'fastify';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { startTestOidcProvider, type TestPerson } from '../../test-support/test-oidc-provider.ts';
import { createOidcClient, type OidcConfig } from '../oidc/oidc-client.ts';
import { createOidcLinks } from '../oidc/oidc-links.ts';
import { createPasswords } from '../password/passwords.ts';
import { createSessions } from '../session/sessions.ts';
import { createSignIn } from '../sign-in/sign-in.ts';
import type { KnownUser } from '../sign-in/users.ts';
import { createThrottle } from '../throttle/throttle.ts';
import { createCookieJar } from './cookie.ts';
import { addOidcRoutes } from './oidc-routes.ts';

const ORIGIN = 'http://127.0.0.1:4100';
const ada: TestPerson = { sub: 'subject-1', email: 'Ada@Example.com', email_verified: true };

async function startApp(more: Partial<OidcConfig> = {}) {
  const provider = await startTestOidcProvider(`${ORIGIN}/auth/oidc/callback`);
  const { db } = await createTestDatabase();
  const now = () => new Date();
  const declared = new Map<string, KnownUser & { readonly email: string }>();
  const declare = (name: string, email: string, isBlocked = false) =>
    declared.set(name, { name, email, isBlocked, emailMark: email });
  const byName = async (name: string) => declared.get(name);
  const byEmail = async (email: string) => [...declared.values()].find((user) => user.email === email);
  const users = { byName, byEmail, find: byName };
  const throttle = createThrottle({ db, name: 'any', limit: { burst: 5, refillMs: 1 }, now });
  const sessions = createSessions({ db, now, newId });
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
  const signIn = createSignIn({
    users,
    passwords: createPasswords({ db, now }),
    links: createOidcLinks({ db, users, newcomers: { admit: async () => undefined }, now }),
    sessions,
    throttles: { account: throttle, address: throttle },
    logger,
  });
  const app = Fastify();
  const oidc = createOidcClient({ ...provider, ...more });
  addOidcRoutes(app, { oidc, signIn, cookies: createCookieJar(false), origin: ORIGIN, logger, now });

  const get = (url: string, cookie = '') => app.inject({ url, headers: { cookie } });
  const start = async (returnTo = '/keys') => {
    const response = await get(`/auth/oidc/start?returnTo=${encodeURIComponent(returnTo)}`);
    return { response, url: new URL(String(response.headers.location)), cookie: cookieOf(response) };
  };
  /** From the start to the answer of the callback, in one browser. */
  const signInAs = async (person: TestPerson, returnTo?: string) => {
    const { url, cookie } = await start(returnTo);
    const back = await provider.signIn(url, person);
    return get(`${back.pathname}${back.search}`, cookie);
  };
  return { provider, declare, declared, sessions, start, signInAs, get, logged: () => lines.join('') };
}

type Response = { readonly cookies: readonly { readonly name: string; readonly value: string }[] };
const cookieOf = ({ cookies }: Response, name = 'tollgate-oidc') => {
  const found = cookies.find((cookie) => cookie.name === name && cookie.value !== '');
  return found ? `${name}=${found.value}` : '';
};

test('a declared user signs in with a verified address, and goes back to where he came from', async () => {
  const app = await startApp();
  app.declare('ada', 'ada@example.com');
  const { url } = await app.start();
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
  expect(url.searchParams.get('nonce')).not.toBe(url.searchParams.get('state'));
  const response = await app.signInAs(ada, '/keys?team=search');
  expect([response.statusCode, response.headers.location]).toEqual([302, '/keys?team=search']);
  const token = cookieOf(response, 'tollgate-session').split('=')[1] ?? '';
  expect(await app.sessions.find(token)).toMatchObject({ userName: 'ada', method: 'oidc' });
  expect(app.logged()).toContain('signed in');
  expect(app.logged()).not.toContain(token);
});

test('an unknown, unverified or blocked person is refused', async () => {
  const app = await startApp();
  app.declare('ada', 'ada@example.com');
  app.declare('eve', 'eve@example.com', true);
  const strangers: readonly TestPerson[] = [
    { sub: 's2', email: 'stranger@example.com', email_verified: true },
    { sub: 's3', email: 'ada@example.com', email_verified: false },
    { sub: 's4', email: 'ada@example.com' },
    { sub: 's5' },
    { sub: 'ada' },
    { sub: 's6', email: 'eve@example.com', email_verified: true },
  ];
  for (const person of strangers) {
    const response = await app.signInAs(person);
    expect([person.sub, response.statusCode, cookieOf(response, 'tollgate-session')]).toEqual([person.sub, 403, '']);
  }
});

test('who signed in once stays himself when his address changes at the provider, but not when another is declared', async () => {
  const app = await startApp();
  app.declare('ada', 'ada@example.com');
  expect((await app.signInAs(ada)).statusCode).toBe(302);
  const moved = { ...ada, email: 'lovelace@elsewhere.example' };
  expect((await app.signInAs(moved)).statusCode).toBe(302);
  app.declare('ada', 'grace@example.com');
  expect((await app.signInAs(moved)).statusCode).toBe(403);
  app.declared.delete('ada');
  expect((await app.signInAs(moved)).statusCode).toBe(403);
});

test('an answer counts only in the browser that asked, once, and only as it was given', async () => {
  const app = await startApp();
  app.declare('ada', 'ada@example.com');
  const { url, cookie } = await app.start();
  const back = await app.provider.signIn(url, ada);
  const path = `${back.pathname}${back.search}`;
  const other = (await app.start()).cookie;
  const wrongState = new URL(back);
  wrongState.searchParams.set('state', 'x'.repeat(43));
  const attempts: readonly (readonly [string, string])[] = [
    [path, ''],
    [path, other],
    [path, 'tollgate-oidc=nonsense'],
    [`${wrongState.pathname}${wrongState.search}`, cookie],
    ['/auth/oidc/callback', cookie],
    ['/auth/oidc/callback?error=access_denied', cookie],
    [`/auth/oidc/callback?code=a&code=b&state=${url.searchParams.get('state')}`, cookie],
  ];
  for (const [target, sent] of attempts) expect((await app.get(target, sent)).statusCode).toBe(401);
  expect((await app.get(path, cookie)).statusCode).toBe(302);
  expect((await app.get(path, cookie)).statusCode).toBe(401);
});

test('the code that was given to one browser is of no use with the cookie of another', async () => {
  const app = await startApp();
  app.declare('ada', 'ada@example.com');
  const victim = await app.start();
  const back = await app.provider.signIn(victim.url, ada);
  const thief = await app.start();
  back.searchParams.set('state', thief.url.searchParams.get('state') ?? '');
  expect((await app.get(`${back.pathname}${back.search}`, thief.cookie)).statusCode).toBe(401);
});

test('a provider that does not answer is said to be away, and used as soon as it is back', async () => {
  const app = await startApp({ issuer: new URL('http://127.0.0.1:9') });
  const { response } = await app.get('/auth/oidc/start').then((answer) => ({ response: answer }));
  expect(response.statusCode).toBe(503);
  expect(response.json()).toEqual({ error: 'the identity provider does not answer; try again' });
});

test('plain http is taken from a provider on this machine only', async () => {
  const app = await startApp({ issuer: new URL('http://192.0.2.1') });
  expect((await app.get('/auth/oidc/start')).statusCode).toBe(503);
  expect(app.logged()).toContain('only requests to HTTPS are allowed');
});

test('nobody is sent to another site after signing in', async () => {
  const app = await startApp();
  app.declare('ada', 'ada@example.com');
  for (const returnTo of ['https://evil.example', '//evil.example', '/\\evil.example']) {
    expect((await app.signInAs(ada, returnTo)).headers.location).toBe('/');
  }
  const { cookie, url } = await app.start();
  const planted = cookie.replace(/\..*/, `.${Buffer.from('//evil.example').toString('base64url')}`);
  const back = await app.provider.signIn(url, ada);
  expect((await app.get(`${back.pathname}${back.search}`, planted)).headers.location).toBe('/');
});
