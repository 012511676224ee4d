import { newId } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createTestClock } from '../../test-support/test-clock.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { createSessions, SESSION_IDLE_MS, SESSION_LIFETIME_MS } from './sessions.ts';

const ada = { userName: 'ada', method: 'password', address: '192.0.2.7', userAgent: 'x'.repeat(500) } as const;

async function startSessions() {
  const { db } = await createTestDatabase();
  const { now, pass } = createTestClock();
  return { db, pass, sessions: createSessions({ db, now, newId }) };
}

test('a session is found by its token, of which only the hash is stored', async () => {
  const { db, sessions } = await startSessions();
  const { token } = await sessions.open(ada);
  expect(await sessions.find(token)).toMatchObject({ userName: 'ada', method: 'password', address: '192.0.2.7' });
  expect(await sessions.find(`${token}x`)).toBeUndefined();
  expect(await sessions.find('')).toBeUndefined();
  expect(JSON.stringify(await db.selectFrom('session').selectAll().execute())).not.toContain(token);
});

test('a session ends when it was idle too long, and however busy it is after its lifetime', async () => {
  const { pass, sessions } = await startSessions();
  const idle = await sessions.open(ada);
  pass(SESSION_IDLE_MS - 1);
  expect(await sessions.find(idle.token)).toBeDefined();
  pass(SESSION_IDLE_MS);
  expect(await sessions.find(idle.token)).toBeUndefined();

  const busy = await sessions.open(ada);
  const step = SESSION_IDLE_MS / 2;
  for (let age = step; age < SESSION_LIFETIME_MS; age += step) {
    pass(step);
    expect(await sessions.find(busy.token)).toBeDefined();
  }
  pass(step);
  expect(await sessions.find(busy.token)).toBeUndefined();
  expect(await sessions.list('ada')).toEqual([]);
});

test('sessions that have ended are removed by the next that opens', async () => {
  const { db, pass, sessions } = await startSessions();
  await sessions.open(ada);
  pass(SESSION_LIFETIME_MS);
  await sessions.open({ ...ada, userName: 'bob' });
  expect(await db.selectFrom('session').select('user_name').execute()).toEqual([{ user_name: 'bob' }]);
});

test('a user ends one of his sessions, or all but one, and nobody else does', async () => {
  const { pass, sessions } = await startSessions();
  const tokens = [];
  for (let index = 0; index < 3; index += 1) {
    tokens.push((await sessions.open(ada)).token);
    pass(1);
  }
  const bob = await sessions.open({ ...ada, userName: 'bob' });
  const [newest, middle, oldest] = await sessions.list('ada');
  expect(await sessions.close('bob', middle?.id ?? '')).toBe(false);
  expect(await sessions.close('ada', middle?.id ?? '')).toBe(true);
  expect(await sessions.closeAll('ada', newest?.id)).toBe(1);
  expect((await sessions.list('ada')).map(({ id }) => id)).toEqual([newest?.id]);
  expect(oldest).toBeDefined();
  expect(await sessions.closeAll('ada')).toBe(1);
  expect(await sessions.find(tokens[2] ?? '')).toBeUndefined();
  expect(await sessions.find(bob.token)).toBeDefined();
});

test('a user has at most 50 sessions; the one unused for longest ends', async () => {
  const { pass, sessions } = await startSessions();
  const first = await sessions.open(ada);
  for (let index = 0; index < 50; index += 1) {
    pass(1);
    await sessions.open(ada);
  }
  expect(await sessions.list('ada')).toHaveLength(50);
  expect(await sessions.find(first.token)).toBeUndefined();
});
