import { createKeyring, newId } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { readEntity } from '../projection/read-entities.ts';
import { readRevision } from '../projection/revision-log.ts';
import { establishInstallationKey } from '../secrets/installation-key.ts';
import { createSecretStore } from '../secrets/secret-store.ts';
import { put, TEST_ORIGIN, TEST_SEAL_KEY } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import type { RequestedChange } from './change-request.ts';
import { createChangeSets } from './change-sets.ts';
import type { RollbackRequest } from './rollback.ts';

/** With real data keys, so that a deletion makes secrets unreadable. */
async function setUp() {
  const { db } = await createTestDatabase();
  const now = () => new Date();
  const keyring = createKeyring(TEST_SEAL_KEY);
  const installationKey = await establishInstallationKey(db, keyring, now());
  const secrets = createSecretStore({ keyring, installationKey, now });
  const changeSets = createChangeSets({ db, secrets, now, newId });
  const commit = async (...changes: RequestedChange[]) => {
    const { revision, problems } = await changeSets.commit({ changes }, TEST_ORIGIN);
    expect(problems).toEqual([]);
    return revision;
  };
  const rollback = (request: RollbackRequest) => changeSets.rollback(request, TEST_ORIGIN);
  return { db, changeSets, commit, rollback };
}

const provider = (name: string, value: string) => put('provider', name, { type: 'openai', apiKey: { value } });
const erase = (kind: RequestedChange['kind'], name: string) => ({ op: 'delete', kind, name }) as const;
const checksums = async (db: Parameters<typeof readRevision>[0], ...revisions: number[]) =>
  await Promise.all(revisions.map(async (revision) => (await readRevision(db, revision))?.checksum));

test('a rollback says in every event where it went back to, and why', async () => {
  const { db, commit, rollback } = await setUp();
  const before = await commit(put('tag', 'a', {}));
  await commit(put('tag', 'b', {}));
  const result = await rollback({ to: before, reason: 'b broke it' });
  expect(result).toMatchObject({ committed: true, entries: [{ action: 'delete', name: 'b' }] });
  const { metadata } = await db
    .selectFrom('event')
    .select('metadata')
    .orderBy('position', 'desc')
    .executeTakeFirstOrThrow();
  expect(metadata).toMatchObject({ actor: 'admin', source: 'api', reason: 'b broke it', rolledBackTo: before });
});

test('a changed secret comes back as it was sealed, with blocks and owners', async () => {
  const { db, changeSets, commit, rollback } = await setUp();
  await changeSets.commit(
    { changes: [provider('p', 'sk-first'), put('virtual-key', 'k', {})], owner: 'acme' },
    TEST_ORIGIN,
  );
  const before = await commit({ op: 'block', kind: 'virtual-key', name: 'k' });
  const then = await readEntity(db, 'provider', 'p');
  const after = await commit(provider('p', 'sk-second'), { op: 'unblock', kind: 'virtual-key', name: 'k' });
  const result = await rollback({ to: before });
  expect(result.entries.map(({ action, name }) => `${action} ${name}`)).toEqual(['update p', 'block k']);
  const now = await readEntity(db, 'provider', 'p');
  expect(now).toMatchObject({ state: then?.state, owner: 'acme' });
  const [was, changed, is] = await checksums(db, before, after, result.revision);
  expect([is === was, changed === was]).toEqual([true, false]);
});

test('chosen entities go back, and nothing else', async () => {
  const { db, commit, rollback } = await setUp();
  const before = await commit(put('team', 'a', { models: ['x'] }), put('team', 'b', { models: ['x'] }));
  await commit(put('team', 'a', { models: ['y'] }), put('team', 'b', { models: ['y'] }));
  expect(await rollback({ to: before, entities: ['team:a'] })).toMatchObject({ committed: true });
  expect((await readEntity(db, 'team', 'a'))?.state.spec).toEqual({ models: ['x'] });
  expect((await readEntity(db, 'team', 'b'))?.state.spec).toEqual({ models: ['y'] });
});

test('what it would lead to is validated: a key does not come back without its team', async () => {
  const { commit, rollback } = await setUp();
  const before = await commit(put('team', 't', {}), put('virtual-key', 'k', { team: 't' }));
  await commit(erase('virtual-key', 'k'), erase('team', 't'));
  expect((await rollback({ to: before, entities: ['virtual-key:k'] })).problems).toMatchObject([
    { code: 'unknown_reference', name: 'k', path: 'team' },
  ]);
  expect(await rollback({ to: before, entities: ['virtual-key:k', 'team:t'] })).toMatchObject({ committed: true });
});

test("a key's hash that another key has taken since does not come back", async () => {
  const { commit, rollback } = await setUp();
  const key = (name: string) => put('virtual-key', name, { secret: { value: 'sk-a-secret-of-its-own' } });
  const before = await commit(key('a'));
  await commit(erase('virtual-key', 'a'), key('b'));
  expect((await rollback({ to: before, entities: ['virtual-key:a'] })).problems).toMatchObject([
    { code: 'secret_taken' },
  ]);
  expect(await rollback({ to: before })).toMatchObject({ committed: true });
});

test('a provider that was deleted cannot come back with its secret, also if it was made again', async () => {
  const { commit, rollback } = await setUp();
  const before = await commit(provider('p', 'sk-first'), put('tag', 'a', {}));
  await commit(erase('provider', 'p'), erase('tag', 'a'));
  const { problems } = await rollback({ to: before });
  expect(problems).toEqual([
    {
      code: 'secret_erased',
      message: expect.stringMatching(/^the apiKey of provider p was erased for good when it was deleted/),
      kind: 'provider',
      name: 'p',
      path: 'apiKey',
    },
  ]);
  expect(await rollback({ to: before, entities: ['tag:a'] })).toMatchObject({ committed: true });
  await commit(provider('p', 'sk-second'));
  expect((await rollback({ to: before })).problems).toMatchObject([{ code: 'secret_erased' }]);
});

test('a user who was deleted comes back without the personal data that was erased', async () => {
  const { db, commit, rollback } = await setUp();
  const before = await commit(put('user', 'ada', { email: 'ada@example.test' }));
  await commit(erase('user', 'ada'));
  expect(await rollback({ to: before })).toMatchObject({ committed: true, problems: [] });
  expect((await readEntity(db, 'user', 'ada'))?.state).toEqual({ spec: {}, erased: true });
  expect(await rollback({ to: before })).toMatchObject({ committed: false, problems: [] });
});

test('a rollback is carried out once for an idempotency key, and refused if the revision is not the expected one', async () => {
  const { commit, rollback } = await setUp();
  const before = await commit(put('tag', 'a', {}));
  const current = await commit(put('tag', 'b', {}));
  expect((await rollback({ to: before, expectedRevision: before })).problems[0]).toMatchObject({
    code: 'stale_revision',
  });
  const first = await rollback({ to: before, expectedRevision: current, idempotencyKey: 'once' });
  expect(await rollback({ to: before, expectedRevision: current, idempotencyKey: 'once' })).toEqual({
    ...first,
    replayed: true,
  });
  expect((await rollback({ to: 0, idempotencyKey: 'once' })).problems).toMatchObject([
    { code: 'idempotency_conflict' },
  ]);
});

test('an entity that is not and was not there is refused by name', async () => {
  const { commit, rollback } = await setUp();
  const before = await commit(put('tag', 'a', {}));
  expect((await rollback({ to: before, entities: ['tag:nobody'] })).problems).toMatchObject([
    { code: 'not_found', message: 'there is no tag named nobody, and there was none at revision 1' },
  ]);
});

test('revision 0 is the empty configuration', async () => {
  const { db, commit, rollback } = await setUp();
  await commit(put('team', 't', {}), put('virtual-key', 'k', { team: 't' }), put('tag', 'a', {}));
  expect(await rollback({ to: 0 })).toMatchObject({ committed: true });
  expect(await db.selectFrom('entity').select('name').where('valid_until', 'is', null).execute()).toEqual([]);
});
