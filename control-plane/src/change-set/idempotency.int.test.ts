import { newId } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createTestChangeSets, createTestSecretStore, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import type { ChangeOrigin } from './change-request.ts';
import { createChangeSets } from './change-sets.ts';

const HOUR_MS = 3_600_000;
const request = { changes: [put('team', 't', {}), put('virtual-key', 'k', { team: 't' })], idempotencyKey: 'once' };

test('a request that is sent again is answered as the first time, but for the secrets that it was shown', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const first = await changeSets.commit(request, TEST_ORIGIN);
  await changeSets.commit({ changes: [put('team', 'later', {})] }, TEST_ORIGIN);
  const again = await changeSets.commit(request, TEST_ORIGIN);
  expect(first).toMatchObject({ committed: true, revision: 2, replayed: false, issuedSecrets: [{ name: 'k' }] });
  expect(again).toEqual({ ...first, issuedSecrets: [], replayed: true });
  expect(await db.selectFrom('event').select('metadata').execute()).toMatchObject([
    { metadata: { idempotencyKey: 'once' } },
    { metadata: { idempotencyKey: 'once' } },
    {},
  ]);
});

test('of the same request sent many times at once, one is carried out and all have its answer', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const results = await Promise.all(Array.from({ length: 6 }, () => changeSets.commit(request, TEST_ORIGIN)));
  expect(new Set(results.map(({ changeSetId }) => changeSetId)).size).toBe(1);
  expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(results.flatMap(({ issuedSecrets }) => issuedSecrets)).toHaveLength(1);
});

test('another request with the same key is refused, also if it differs in a secret only', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const declare = (value: string) => ({
    changes: [put('provider', 'p', { type: 'openai', apiKey: { value } })],
    idempotencyKey: 'once',
  });
  await changeSets.commit(declare('sk-SECRET-1'), TEST_ORIGIN);
  expect(await changeSets.commit(declare('sk-SECRET-2'), TEST_ORIGIN)).toMatchObject({
    committed: false,
    changeSetId: null,
    problems: [{ code: 'idempotency_conflict', path: 'idempotencyKey' }],
  });
  const rows = await db.selectFrom('idempotent_answer').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain('SECRET');
});

test('keys of different actors have nothing to do with each other', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const ada: ChangeOrigin = { ...TEST_ORIGIN, actor: 'ada' };
  await changeSets.commit(request, TEST_ORIGIN);
  const other = { changes: [put('team', 'u', {})], idempotencyKey: 'once' };
  expect(await changeSets.commit(other, ada)).toMatchObject({ committed: true, replayed: false });
});

test('a refused request may be put right and sent with the same key; one without effect is remembered', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const refused = { changes: [put('virtual-key', 'k', { team: 't' })], idempotencyKey: 'once' };
  expect(await changeSets.commit(refused, TEST_ORIGIN)).toMatchObject({ committed: false });
  expect(await changeSets.commit(request, TEST_ORIGIN)).toMatchObject({ committed: true });
  const nothing = { changes: [put('team', 't', {})], idempotencyKey: 'nothing' };
  const first = await changeSets.commit(nothing, TEST_ORIGIN);
  expect(await changeSets.commit(nothing, TEST_ORIGIN)).toEqual({ ...first, replayed: true });
});

test('after a day a key is forgotten', async () => {
  const { db } = await createTestDatabase();
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const changeSets = createChangeSets({ db, secrets: createTestSecretStore(), now: () => new Date(nowMs), newId });
  await changeSets.commit(request, TEST_ORIGIN);
  nowMs += 24 * HOUR_MS - 1;
  expect(await changeSets.commit(request, TEST_ORIGIN)).toMatchObject({ committed: true, replayed: true });
  nowMs += 1;
  expect(await changeSets.commit(request, TEST_ORIGIN)).toMatchObject({
    committed: false,
    replayed: false,
    entries: [],
  });
  expect(await db.selectFrom('idempotent_answer').selectAll().execute()).toHaveLength(1);
});

test('a key is text of 1 to 200 characters', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  for (const idempotencyKey of ['', 'x'.repeat(201), 'a\0b']) {
    const { problems } = await changeSets.commit({ ...request, idempotencyKey }, TEST_ORIGIN);
    expect(problems).toMatchObject([{ code: 'invalid_declaration', path: 'idempotencyKey' }]);
  }
});
