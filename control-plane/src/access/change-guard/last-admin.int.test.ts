import { expect, test } from 'vitest';
import type { RequestedChange } from '../../change-set/change-request.ts';
import { createTestChangeSets, put, TEST_ORIGIN } from '../../test-support/fixed-ports.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { createPasswords } from '../password/passwords.ts';
import { findLockOut, readAdminState } from './last-admin.ts';

const bind = (name: string, user: string) =>
  put('role-binding', name, { subject: { user }, role: 'platform-admin', on: { platform: true } });
const remove = (kind: RequestedChange['kind'], name: string): RequestedChange => ({
  op: 'delete',
  kind,
  name,
  cascade: true,
});

/** Two users; ada is platform admin and has a password, bob has none. */
async function startAdmins({ hasOidc = false } = {}) {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const people = ['ada', 'bob'].map((name) => put('user', name, { email: `${name}@example.com` }));
  await changeSets.commit({ changes: [...people, bind('ada-may', 'ada')] }, TEST_ORIGIN);
  const passwords = createPasswords({ db, now: () => new Date() });
  await passwords.set('ada', 'correct horse battery');
  const attempt = async (...changes: readonly RequestedChange[]) => {
    const { committed, problems } = await changeSets.commit(
      { changes },
      {
        ...TEST_ORIGIN,
        authorize: async (touches, trx) => findLockOut(await readAdminState(trx, touches, hasOidc), touches),
      },
    );
    return committed ? 'committed' : problems.map(({ code }) => code).join();
  };
  return { attempt, passwords };
}

test.each([
  ['her role is deleted', remove('role-binding', 'ada-may')],
  ['her role is given to somebody who cannot sign in', bind('ada-may', 'bob')],
  [
    'her role becomes another',
    put('role-binding', 'ada-may', { subject: { user: 'ada' }, role: 'platform-viewer', on: { platform: true } }),
  ],
  ['she is blocked', { op: 'block', kind: 'user', name: 'ada' } as const],
  ['she is deleted with all that is hers', remove('user', 'ada')],
])('the last admin is not locked out: %s', async (_how, change) => {
  const { attempt } = await startAdmins();
  expect(await attempt(change)).toBe('last_admin');
});

test('with another admin who can sign in, the first may go', async () => {
  const { attempt, passwords } = await startAdmins();
  expect(await attempt(bind('bob-may', 'bob'))).toBe('committed');
  expect(await attempt(remove('role-binding', 'ada-may'))).toBe('last_admin');
  await passwords.set('bob', 'another long password');
  expect(await attempt(remove('role-binding', 'ada-may'))).toBe('committed');
  expect(await attempt({ op: 'block', kind: 'user', name: 'bob' })).toBe('last_admin');
});

test('one change set may hand the role over', async () => {
  const { attempt, passwords } = await startAdmins();
  await passwords.set('bob', 'another long password');
  expect(await attempt(remove('role-binding', 'ada-may'), bind('bob-may', 'bob'))).toBe('committed');
});

test('with an identity provider nobody needs a password', async () => {
  const { attempt } = await startAdmins({ hasOidc: true });
  expect(await attempt(bind('ada-may', 'bob'))).toBe('committed');
  expect(await attempt(remove('role-binding', 'ada-may'))).toBe('last_admin');
});

test('where there was no admin, nobody is locked out', async () => {
  const { attempt } = await startAdmins();
  expect(await attempt(put('team', 't', {}))).toBe('committed');
  const { db } = await createTestDatabase();
  expect(findLockOut(await readAdminState(db, [], false), [])).toEqual([]);
});
