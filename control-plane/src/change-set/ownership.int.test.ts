import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { up } from '../database/migrations/2026-11-25-owned-since.ts';
import { readEntity } from '../projection/read-entities.ts';
import { createTestChangeSets, MOCK_PROVIDER, modelOn, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import type { RequestedChange } from './change-request.ts';

async function setUp() {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  return {
    db,
    plan: changeSets.plan,
    commit: (changes: readonly RequestedChange[], options: object = {}) =>
      changeSets.commit({ changes, ...options }, { ...TEST_ORIGIN, source: 'cli' }),
    ownerOf: async (kind: RequestedChange['kind'], name: string) => (await readEntity(db, kind, name))?.owner,
  };
}

const changed = (name: string, model = 'a') => put('team', name, { models: [model] });
const erase = (kind: RequestedChange['kind'], name: string) => ({ op: 'delete', kind, name }) as const;

test('what a document puts is its own; without a document it belongs to the source', async () => {
  const { commit, ownerOf } = await setUp();
  await commit([put('team', 'a', {})], { owner: 'acme' });
  await commit([put('team', 'b', {})]);
  expect([await ownerOf('team', 'a'), await ownerOf('team', 'b')]).toEqual(['acme', 'cli']);
});

test("a document's put or deletion of another's is refused with who changed it last and when", async () => {
  const { commit } = await setUp();
  await commit([put('team', 'a', {}), put('team', 'b', {})], { owner: 'acme' });
  const { problems } = await commit([changed('a'), erase('team', 'b')], { owner: 'globex' });
  expect(problems.map(({ code, name }) => `${code} ${name}`)).toEqual(['owned_by_another a', 'owned_by_another b']);
  expect(problems[0]?.message).toMatch(
    /^team a is owned by acme since \S+Z, revision 2, and not by globex; admin \(cli\) changed it last at \S+Z, revision 2; take it over, or leave it out$/,
  );
});

test("where a document declares another's just as it is, nothing is in the way and nothing changes", async () => {
  const { commit, ownerOf } = await setUp();
  await commit([changed('a')]);
  expect(await commit([changed('a')], { owner: 'acme' })).toMatchObject({ problems: [], committed: false });
  expect(await ownerOf('team', 'a')).toBe('cli');
});

test('with takeOver a document changes what another owns, and owns also what it declares as it is', async () => {
  const { commit, ownerOf } = await setUp();
  await commit([changed('a'), changed('b')]);
  const taken = await commit([changed('a'), changed('b', 'other')], { owner: 'acme', takeOver: true });
  expect(taken.entries).toMatchObject([
    { action: 'take-over', name: 'a', fields: [], owner: 'acme', previous: { owner: 'cli' } },
    { action: 'update', name: 'b', owner: 'acme', previous: { owner: 'cli' } },
  ]);
  expect([await ownerOf('team', 'a'), await ownerOf('team', 'b')]).toEqual(['acme', 'acme']);
  expect(await commit([changed('a')], { owner: 'acme' })).toMatchObject({ committed: false, problems: [] });
});

test('a change by hand is not refused and takes the entity, so that the next plan shows who did it and when', async () => {
  const { commit, plan, ownerOf } = await setUp();
  await commit([changed('a')], { owner: 'acme' });
  await commit([changed('a', 'by-hand')]);
  expect(await ownerOf('team', 'a')).toBe('cli');
  const request = { changes: [changed('a')], owner: 'acme', takeOver: true };
  expect((await plan(request, TEST_ORIGIN)).entries).toMatchObject([
    { action: 'update', previous: { owner: 'cli', actor: 'admin', source: 'cli', revision: 2, at: expect.any(Date) } },
  ]);
});

/** Leads an entity through owners: what each commit leaves is told as `owner since revision`. */
async function passOn() {
  const { db, commit } = await setUp();
  const told: string[] = [];
  const then = async (changes: readonly RequestedChange[], options: object = {}) => {
    const { revision, problems } = await commit(changes, options);
    expect(problems).toEqual([]);
    const entity = await readEntity(db, 'team', 'a');
    const row = await db.selectFrom('revision').selectAll().where('revision', '=', revision).executeTakeFirstOrThrow();
    const since = entity?.ownedSince;
    if (since?.revision === revision) expect(since.at).toEqual(row.committed_at);
    told.push(entity ? `${entity.owner} since ${since?.revision}` : 'gone');
  };
  await then([changed('a'), put('team', 'b', {})], { owner: 'acme' });
  await then([changed('a', 'b')], { owner: 'acme' });
  await then([{ op: 'block', kind: 'team', name: 'a' }]);
  await then([changed('a', 'b')], { owner: 'globex', takeOver: true });
  await then([changed('a', 'c')]);
  await then([changed('a')], { owner: 'acme', takeOver: true });
  await then([erase('team', 'a')], { owner: 'acme' });
  await then([changed('a')], { owner: 'acme' });
  return { db, told };
}

test('it is known since when an owner has an entity without a break, at every revision', async () => {
  const { db, told } = await passOn();
  const expected = ['acme since 2', 'acme since 2', 'acme since 2', 'globex since 5', 'cli since 6', 'acme since 7'];
  expect(told).toEqual([...expected, 'gone', 'acme since 9']);
  const then = await readEntity(db, 'team', 'a', { revision: 3 });
  expect([then?.owner, then?.ownedSince.revision]).toEqual(['acme', 2]);
});

test('of what was there before since when was kept, it is found from the rows', async () => {
  const { db } = await passOn();
  const all = () => db.selectFrom('entity').selectAll().orderBy('kind').orderBy('name').orderBy('valid_from').execute();
  const rows = await all();
  await sql`alter table entity drop column owned_since, drop column owned_at`.execute(db);
  await db.transaction().execute((trx) => up(trx as unknown as Kysely<unknown>));
  expect(await all()).toEqual(rows);
});

test('acts of operation leave an entity whose it is', async () => {
  const { commit, ownerOf } = await setUp();
  await commit([put('virtual-key', 'k', {})], { owner: 'acme' });
  await commit([{ op: 'block', kind: 'virtual-key', name: 'k' }]);
  expect(await ownerOf('virtual-key', 'k')).toBe('acme');
  expect(await commit([{ op: 'unblock', kind: 'virtual-key', name: 'k' }], { owner: 'globex' })).toMatchObject({
    committed: true,
  });
});

test('prune deletes what the document owns and does not put, and nothing else', async () => {
  const { commit, ownerOf } = await setUp();
  await commit([put('team', 'kept', {}), put('team', 'gone', {}), put('virtual-key', 'k', { team: 'gone' })], {
    owner: 'acme',
  });
  await commit([put('team', 'other', {})], { owner: 'globex' });
  const pruned = await commit([put('team', 'kept', {})], { owner: 'acme', prune: true });
  expect(pruned.entries).toMatchObject([
    { action: 'delete', name: 'gone', cause: 'prune', owner: null },
    { action: 'delete', name: 'k', cause: 'prune' },
  ]);
  expect([await ownerOf('team', 'kept'), await ownerOf('team', 'gone'), await ownerOf('team', 'other')]).toEqual([
    'acme',
    undefined,
    'globex',
  ]);
});

test("prune is refused while another's entity still uses what would go, and without a document", async () => {
  const { commit } = await setUp();
  await commit([put('team', 't', {})], { owner: 'acme' });
  await commit([put('virtual-key', 'k', { team: 't' })]);
  expect((await commit([], { owner: 'acme', prune: true })).problems).toMatchObject([
    { code: 'still_referenced', message: 'team t is still used by virtual key k' },
  ]);
  expect((await commit([], { prune: true })).problems).toMatchObject([{ code: 'invalid_declaration', path: 'owner' }]);
  expect((await commit([], { owner: 'api' })).problems).toMatchObject([{ code: 'invalid_declaration', path: 'owner' }]);
});

test('an entity that was declared wrongly is not pruned for it', async () => {
  const { commit, ownerOf } = await setUp();
  await commit([put('team', 't', {})], { owner: 'acme' });
  const { problems, entries } = await commit([put('team', 't', { models: 3 })], { owner: 'acme', prune: true });
  expect(problems).toHaveLength(1);
  expect(entries).toEqual([]);
  expect(await ownerOf('team', 't')).toBe('acme');
});

test('cascade deletes with an entity what uses it, and what uses that; only where it was asked for', async () => {
  const { commit, db } = await setUp();
  const teams = [put('team', 't', {}), put('team', 'u', {})];
  const keys = Array.from({ length: 20 }, (_, index) => put('virtual-key', `k${index}`, { team: 't' }));
  await commit([put('provider', 'p', MOCK_PROVIDER), put('model', 'm', modelOn('p')), ...teams, ...keys]);
  await commit([put('virtual-key', 'ku', { team: 'u' })]);
  const both = [{ ...erase('team', 't'), cascade: true }, erase('team', 'u')];
  expect((await commit(both)).problems.map(({ message }) => message)).toEqual([
    'team u is still used by virtual key ku',
  ]);
  const deleted = await commit([{ ...erase('team', 't'), cascade: true }]);
  expect(deleted.entries.filter(({ cause }) => cause === 'cascade')).toHaveLength(20);
  const left = await db.selectFrom('entity').select(['kind', 'name']).where('valid_until', 'is', null).execute();
  expect(left.map(({ name }) => name).sort()).toEqual(['ku', 'm', 'p', 'u']);
});

test('a list that names a model is in the way of its deletion, but is neither deleted nor changed by a cascade', async () => {
  const { commit, ownerOf } = await setUp();
  await commit([
    put('provider', 'p', MOCK_PROVIDER),
    put('model', 'm', modelOn('p')),
    put('team', 't', { models: ['m'] }),
  ]);
  expect((await commit([erase('model', 'm')])).problems).toMatchObject([
    { code: 'still_referenced', message: 'model m is still used by team t' },
  ]);
  const cascaded = await commit([{ ...erase('provider', 'p'), cascade: true }]);
  expect(cascaded.entries.map(({ action, kind }) => `${action} ${kind}`)).toEqual(['delete provider', 'delete model']);
  expect(await ownerOf('team', 't')).toBe('cli');
});

test('what a change set puts anew is not deleted with what it used before', async () => {
  const { commit } = await setUp();
  await commit([put('team', 't', {}), put('virtual-key', 'a', { team: 't' }), put('virtual-key', 'b', { team: 't' })]);
  const changes = [{ ...erase('team', 't'), cascade: true }, put('virtual-key', 'a', {})];
  expect((await commit(changes)).entries.map(({ action, name }) => `${action} ${name}`)).toEqual([
    'delete t',
    'update a',
    'delete b',
  ]);
});

test('a key that is blocked in the same change set still uses its team', async () => {
  const { commit } = await setUp();
  await commit([put('team', 't', {}), put('virtual-key', 'k', { team: 't' })]);
  const changes = [erase('team', 't'), { op: 'block', kind: 'virtual-key', name: 'k' }] as const;
  expect((await commit(changes)).problems).toMatchObject([{ code: 'still_referenced' }]);
});
