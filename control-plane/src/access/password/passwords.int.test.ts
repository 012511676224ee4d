import { expect, test } from 'vitest';
import { createTestClock } from '../../test-support/test-clock.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { hashPassword } from './hash-password.ts';
import { createPasswords } from './passwords.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

async function startPasswords() {
  const { db } = await createTestDatabase();
  const { now, pass } = createTestClock();
  return { db, pass, passwords: createPasswords({ db, now }) };
}

test('only the hash of a password is stored, and only the password of the user passes', async () => {
  const { db, passwords } = await startPasswords();
  await passwords.set('ada', 'correct horse battery');
  await passwords.set('bob', 'another fine password');
  expect(await passwords.check('ada', 'correct horse battery')).toBe('right');
  expect(await passwords.check('ada', 'another fine password')).toBe('wrong');
  expect(await passwords.check('nobody', 'correct horse battery')).toBe('wrong');
  expect(await passwords.check(undefined, 'correct horse battery')).toBe('wrong');
  expect(JSON.stringify(await db.selectFrom('password').selectAll().execute())).not.toMatch(/horse|fine/);
});

test('a hash with older parameters is made anew when its password is seen', async () => {
  const { db, passwords } = await startPasswords();
  const hash = await hashPassword('correct horse battery', Buffer.alloc(16, 1), { logN: 4, r: 8, p: 1 });
  await db.insertInto('password').values({ user_name: 'ada', hash, changed_at: new Date() }).execute();
  expect(await passwords.check('ada', 'wrong')).toBe('wrong');
  expect(await db.selectFrom('password').select('hash').execute()).toEqual([{ hash }]);
  expect(await passwords.check('ada', 'correct horse battery')).toBe('right');
  expect(await db.selectFrom('password').select('hash').execute()).toMatchObject([
    { hash: expect.stringMatching(/^\$scrypt\$ln=15,/) },
  ]);
  expect(await passwords.check('ada', 'correct horse battery')).toBe('right');
});

test('a set-up token works once, for a day, and only the newest of a user', async () => {
  const { db, pass, passwords } = await startPasswords();
  const first = await passwords.createSetup('ada', 'admin');
  const second = await passwords.createSetup('ada', 'admin');
  expect(await passwords.userOfSetup(first.token)).toBeUndefined();
  expect(await passwords.userOfSetup(second.token)).toBe('ada');
  expect(JSON.stringify(await db.selectFrom('password_setup').selectAll().execute())).not.toContain(second.token);
  pass(DAY_MS - 1);
  const taken = await Promise.all([passwords.takeSetup(second.token), passwords.takeSetup(second.token)]);
  expect(taken.toSorted()).toEqual([false, true]);
  expect(await passwords.userOfSetup(second.token)).toBeUndefined();

  const third = await passwords.createSetup('ada', 'admin');
  pass(DAY_MS);
  expect(await passwords.userOfSetup(third.token)).toBeUndefined();
  expect(await passwords.takeSetup(third.token)).toBe(false);
});
