import { expect, test } from 'vitest';
import { createCookieJar } from './cookie.ts';

test('on https a cookie is bound to the host and to secure connections', () => {
  const jar = createCookieJar(true);
  expect(jar.write('session', 'abc', 90_000)).toBe(
    '__Host-tollgate-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=90',
  );
  expect(jar.remove('session')).toBe('__Host-tollgate-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0');
  expect(createCookieJar(false).write('oidc', 'x', 1_000)).toBe(
    'tollgate-oidc=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=1',
  );
});

test('on https a cookie without the prefix, which anyone may have set, is not read', () => {
  const secure = createCookieJar(true);
  expect(secure.read('tollgate-session=planted', 'session')).toBeUndefined();
  expect(secure.read('a=b; __Host-tollgate-session=mine; c', 'session')).toBe('mine');
});

test.each([undefined, '', ';;', '=', '=x', 'tollgate-session', 'xtollgate-session=1', 'a=tollgate-session=1'])(
  'the header %j holds no session',
  (header) => expect(createCookieJar(false).read(header, 'session')).toBeUndefined(),
);
