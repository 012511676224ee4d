import { expect, test } from 'vitest';
import { createDatabase } from '../../database/database.ts';
import { createTestClock } from '../../test-support/test-clock.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { createThrottle } from './throttle.ts';

const limit = { burst: 3, refillMs: 60_000 };

async function startThrottle() {
  const { db, url } = await createTestDatabase();
  const { now, pass } = createTestClock();
  const throttle = createThrottle({ db, name: 'account', limit, now });
  return { db, url, now, throttle, pass };
}

test('a burst passes, then one attempt for each refill', async () => {
  const { throttle, pass } = await startThrottle();
  const kinds = async (count: number) => {
    const all = [];
    for (let index = 0; index < count; index += 1) all.push((await throttle.take('ada')).kind);
    return all;
  };
  expect(await kinds(4)).toEqual(['taken', 'taken', 'taken', 'throttled']);
  expect(await throttle.take('ada')).toEqual({ kind: 'throttled', retryAfterMs: 60_000 });
  pass(59_999);
  expect(await throttle.take('ada')).toEqual({ kind: 'throttled', retryAfterMs: 1 });
  pass(1);
  expect(await kinds(2)).toEqual(['taken', 'throttled']);
  pass(10 * 60_000);
  expect(await kinds(4)).toEqual(['taken', 'taken', 'taken', 'throttled']);
});

test('one subject does not spend the attempts of another, and forgiving gives them back', async () => {
  const { throttle } = await startThrottle();
  for (let index = 0; index < 3; index += 1) await throttle.take('ada');
  expect((await throttle.take('bob')).kind).toBe('taken');
  expect((await throttle.take('ada')).kind).toBe('throttled');
  await throttle.forgive('ada');
  expect((await throttle.take('ada')).kind).toBe('taken');
});

test('of many attempts at once on several replicas exactly the burst passes', async () => {
  const { url, now } = await startThrottle();
  const replicas = [createDatabase(url), createDatabase(url)];
  try {
    const throttles = replicas.map((db) => createThrottle({ db, name: 'account', limit, now }));
    const attempts = await Promise.all(Array.from({ length: 20 }, (_, index) => throttles[index % 2]?.take('ada')));
    expect(attempts.filter((attempt) => attempt?.kind === 'taken')).toHaveLength(3);
  } finally {
    await Promise.all(replicas.map((db) => db.destroy()));
  }
});

test('what was typed is not stored, and rows that say nothing any more are removed', async () => {
  const { db, throttle, pass } = await startThrottle();
  await throttle.take('hunter2-typed-as-name');
  expect(JSON.stringify(await db.selectFrom('sign_in_throttle').selectAll().execute())).not.toContain('hunter2');
  pass(60_000);
  await throttle.take('bob');
  expect(await db.selectFrom('sign_in_throttle').selectAll().execute()).toHaveLength(1);
});
