import { EMPTY_CHECKSUM, formatChecksum, type Json, withItem } from '@tollgate/schema';
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { toSnapshotItem } from '../../aggregate/definitions.ts';
import { toEntityId } from '../../aggregate/entity.ts';
import type { RequestedChange } from '../../change-set/change-request.ts';
import type { Database } from '../../database/database.ts';
import { createDatabase } from '../../database/database.ts';
import { readAll } from '../../event-store/read-events.ts';
import type { Upcasters } from '../../event-store/upcast/upcast.ts';
import { collect } from '../../test-support/collect.ts';
import { createTestChangeSets, MOCK_PROVIDER, modelOn, put, TEST_ORIGIN } from '../../test-support/fixed-ports.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { toEntity } from '../entity-row.ts';
import { foldLog } from '../fold-log.ts';
import { holdsAt } from '../read-entities.ts';
import { readRevisions } from '../revision-log.ts';
import { projectionVersion } from './projection-version.ts';
import { ensureProjections, type RebuildDeps } from './rebuild.ts';

const hash = (digit: string) => ({ sha256: digit.repeat(64) });
const key = (name: string, digit: string) => put('virtual-key', name, { team: 'b', secret: hash(digit) });
const remove = (kind: RequestedChange['kind'], name: string) => ({ op: 'delete', kind, name }) as const;

/** Change sets that make all sorts of history: owners, blocks, secrets exchanged, names used again, rollbacks. */
async function writeHistory(db: Database): Promise<void> {
  const changeSets = createTestChangeSets(db);
  const commit = async (changes: readonly RequestedChange[], options: object = {}) =>
    expect(await changeSets.commit({ changes, ...options }, TEST_ORIGIN)).toMatchObject({ committed: true });
  await commit([put('provider', 'p', MOCK_PROVIDER), put('model', 'm', modelOn('p')), put('team', 'a', {})]);
  await commit([put('team', 'a', { models: ['m'] }), put('team', 'b', {})], { owner: 'acme', takeOver: true });
  await commit([key('one', '1'), key('two', '2'), { op: 'block', kind: 'team', name: 'b' }], { reason: 'why' });
  await commit([key('one', '2'), key('two', '1')]);
  await commit([remove('team', 'a'), remove('model', 'm')]);
  await commit([put('team', 'a', { models: ['x'] }), { op: 'rotate', kind: 'virtual-key', name: 'one', rotation: {} }]);
  expect(await changeSets.rollback({ to: 5 }, TEST_ORIGIN)).toMatchObject({ committed: true });
  await commit([put('team', 'b', { description: 'last' })], { idempotencyKey: 'k' });
}

async function setUp() {
  const { db, url } = await createTestDatabase();
  await writeHistory(db);
  const told: number[] = [];
  const ensure = (more: Partial<RebuildDeps> = {}) =>
    ensureProjections({ db, now: () => new Date(), onProgress: ({ events }) => void told.push(events), ...more });
  const setVersion = (version: number) => db.updateTable('projection').set({ version }).execute();
  return { db, url, ensure, told, setVersion };
}

const readTables = async (db: Database) => [
  await db.selectFrom('entity').selectAll().orderBy('kind').orderBy('name').orderBy('valid_from').execute(),
  await db.selectFrom('revision').selectAll().orderBy('revision').execute(),
];

/** At every revision the entities and the checksum are what a fresh fold of the log up to there leads to. */
async function expectFresh(db: Database, table?: Upcasters): Promise<void> {
  const events = await collect(readAll(db));
  for (const { revision, checksum } of await readRevisions(db, { first: 100 })) {
    const rows = await db.selectFrom('entity').selectAll().where(holdsAt(revision)).execute();
    const projected = new Map(rows.map(toEntity).map((entity) => [toEntityId(entity.kind, entity.name), entity]));
    const fresh = foldLog(
      events.filter(({ position }) => position <= revision),
      table,
    );
    expect(projected).toEqual(fresh);
    const items = [...fresh.values()].map(toSnapshotItem);
    expect(checksum).toBe(formatChecksum(items.reduce(withItem, EMPTY_CHECKSUM)));
  }
}

/** As if every team had a tag since ever: other rows, other items for nodes, other checksums. */
const withTag = (data: Json): Json => ({ ...(data as object), tags: ['upcast'] });
const LATER: Upcasters = {
  TeamCreated: [withTag],
  TeamUpdated: [withTag],
  TeamRestored: [(data) => ({ ...(data as object), spec: withTag((data as { spec: Json }).spec) })],
};

test.each([1, 3, 1_000])(
  'made anew from the log, %i events at a time, the projections are what the commits made',
  async (batchEvents) => {
    const { db, ensure, told, setVersion } = await setUp();
    const before = await readTables(db);
    await setVersion(0);
    expect(await ensure({ batchEvents })).toBe(true);
    expect(await readTables(db)).toEqual(before);
    expect(told.at(-1)).toBe((await collect(readAll(db))).length);
  },
);

test('an upcaster raises the version, and at every revision the projections are then a fresh fold of the old events', async () => {
  const { db, ensure } = await setUp();
  const before = await readTables(db);
  expect(projectionVersion(LATER)).toBe(projectionVersion() + 3);
  expect(await ensure({ table: LATER, batchEvents: 4 })).toBe(true);
  expect(await readTables(db)).not.toEqual(before);
  await expectFresh(db, LATER);
  const teams = await db.selectFrom('entity').select('state').where('kind', '=', 'team').execute();
  expect(teams.every(({ state }) => JSON.stringify(state).includes('upcast'))).toBe(true);
  expect(await ensure({ table: LATER })).toBe(false);
});

/** Begins a rebuild and holds it once half of the log is projected. */
async function startHalfway({ ensure, setVersion }: Awaited<ReturnType<typeof setUp>>) {
  await setVersion(0);
  const [halfway, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const onProgress: RebuildDeps['onProgress'] = ({ events, total }) => {
    if (events < total / 2) return;
    halfway.resolve();
    return goOn.promise;
  };
  const rebuilding = ensure({ batchEvents: 3, onProgress });
  await halfway.promise;
  return { rebuilding, goOn: () => goOn.resolve() };
}

/** Until this many wait for the log's lock. */
const waiters = (db: Database, count: number) =>
  vi.waitFor(async () => {
    const { rows } = await sql`
      select from pg_locks join pg_database on pg_database.oid = pg_locks.database
      where locktype = 'advisory' and not granted and datname = current_database()`.execute(db);
    expect(rows).toHaveLength(count);
  });

test('of several replicas that start at once, one makes them anew; the others wait for it and find nothing to do', async () => {
  const given = await setUp();
  const { rebuilding, goOn } = await startHalfway(given);
  const others = [createDatabase(given.url), createDatabase(given.url)];
  const waiting = others.map((other) => given.ensure({ db: other }));
  await waiters(given.db, 2);
  goOn();
  expect([await rebuilding, ...(await Promise.all(waiting))]).toEqual([true, false, false]);
  expect(given.told).toEqual([]);
  await Promise.all(others.map((other) => other.destroy()));
});

test('a rebuild that breaks off, be it by a crash or an event that cannot be read, leaves all as it was', async () => {
  const { db, ensure, setVersion } = await setUp();
  await setVersion(0);
  const before = await readTables(db);
  const crash = () => {
    throw new Error('crashed');
  };
  await expect(ensure({ onProgress: crash })).rejects.toThrow('crashed');
  const unreadable: Upcasters = { ModelCreated: [crash] };
  await expect(ensure({ table: unreadable })).rejects.toThrow('change set at positions 1 to 3 cannot be read: crashed');
  expect(await readTables(db)).toEqual(before);
  expect(await ensure()).toBe(true);
});

test('while they are made anew everybody reads what was there; commits wait, and go on after', async () => {
  const given = await setUp();
  const { db } = given;
  const before = await readTables(db);
  const { rebuilding, goOn } = await startHalfway(given);
  const committing = createTestChangeSets(db).commit({ changes: [put('tag', 'late', {})] }, TEST_ORIGIN);
  await waiters(db, 1);
  expect(await readTables(db)).toEqual(before);
  goOn();
  expect(await rebuilding).toBe(true);
  expect(await committing).toMatchObject({ committed: true });
  expect((await readTables(db))[1]).toHaveLength((before[1]?.length ?? 0) + 1);
  await expectFresh(db);
});

test('a program that is older than the projections neither starts nor commits', async () => {
  const { db, ensure } = await setUp();
  await ensure({ table: LATER });
  await expect(ensure()).rejects.toThrow(/a later version of the program made; this one makes 1: start the later one/);
  const before = await readTables(db);
  const commit = createTestChangeSets(db).commit({ changes: [put('tag', 'late', {})] }, TEST_ORIGIN);
  await expect(commit).rejects.toThrow('start the later one');
  expect(await readTables(db)).toEqual(before);
});
