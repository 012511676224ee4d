import { expect, test } from 'vitest';
import { hashPassword, isOutdated, isPassword, PASSWORD_COST } from './hash-password.ts';

const SALT = Buffer.alloc(16, 1);
const CHEAP = { logN: 4, r: 1, p: 1 };

test('a hash names its parameters, and only its password passes', async () => {
  const stored = await hashPassword('correct horse battery', SALT);
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await isPassword('correct horse battery', stored)).toBe(true);
  expect(await isPassword('correct horse batterx', stored)).toBe(false);
  expect(await isPassword('', stored)).toBe(false);
});

test('the cost is no less than what OWASP asks for', () => {
  // N = 2^17 with p = 1, or half of N for each doubling of p, rounded as OWASP does.
  const { logN, r, p } = PASSWORD_COST;
  expect(r).toBe(8);
  expect(p).toBeGreaterThanOrEqual({ 17: 1, 16: 2, 15: 3, 14: 5, 13: 10 }[logN] ?? Number.POSITIVE_INFINITY);
});

test('it is scrypt as RFC 7914 has it', async () => {
  const stored = await hashPassword('pleaseletmein', Buffer.from('SodiumChloride'), { logN: 14, r: 8, p: 1 });
  const hash = Buffer.from(stored.split('$').at(-1) ?? '', 'base64').toString('hex');
  expect(hash).toBe('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2');
});

test('a hash of other parameters still passes, and is known to be outdated', async () => {
  const old = await hashPassword('correct horse battery', SALT, CHEAP);
  expect(await isPassword('correct horse battery', old)).toBe(true);
  expect(isOutdated(old)).toBe(true);
  expect(isOutdated(await hashPassword('correct horse battery', SALT))).toBe(false);
});

test('one password in two Unicode forms is one password', async () => {
  const composed = 'caf\u00e9 cr\u00e8me br\u00fbl\u00e9e';
  const stored = await hashPassword(composed, SALT, CHEAP);
  expect(await isPassword(composed.normalize('NFD'), stored)).toBe(true);
});

test('a stored hash of an unknown form is an error that does not repeat it', async () => {
  for (const stored of ['', 'plain-secret', '$argon2id$v=19$m=1$c2VjcmV0$c2VjcmV0']) {
    await expect(isPassword('x', stored)).rejects.toThrow(/^a stored password hash has an unknown form$/);
  }
});
