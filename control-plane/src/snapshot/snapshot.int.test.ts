import { SNAPSHOT_SCHEMA_VERSION } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { collect } from '../test-support/collect.ts';
import { createTestChangeSets, put, TEST_ORIGIN, testKeyring } from '../test-support/fixed-ports.ts';
import { createReplica } from '../test-support/replica.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { DELTA_EVENTS_MAX, EMPTY_SNAPSHOT_CHECKSUM, readDelta } from './delta.ts';
import { streamSnapshot } from './snapshot-lines.ts';

const EMPTY = { revision: 0, checksum: EMPTY_SNAPSHOT_CHECKSUM };

async function readSnapshot(db: Database): Promise<string> {
  const onMismatch = (details: object) => {
    throw new Error(`mismatch: ${JSON.stringify(details)}`);
  };
  return (await collect(streamSnapshot({ db, keyring: testKeyring, onMismatch }))).join('');
}

const putTeams = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => put('team', `t${from + index}`, {}));

test('before the first change set, the snapshot is empty and valid', async () => {
  const { db } = await createTestDatabase();
  const replica = createReplica(testKeyring);
  replica.load(await readSnapshot(db));
  expect(replica.position()).toEqual(EMPTY);
});

test('a snapshot of more than one batch holds every entity once', async () => {
  const { db } = await createTestDatabase();
  await createTestChangeSets(db).commit({ changes: putTeams(0, 2_500) }, TEST_ORIGIN);
  const replica = createReplica(testKeyring);
  replica.load(await readSnapshot(db));
  expect(replica.items()).toHaveLength(2_500);
  expect(replica.position().revision).toBe(2_500);
});

test('a snapshot is one consistent view, whatever is committed while it is read', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  await changeSets.commit({ changes: putTeams(0, 1_500) }, TEST_ORIGIN);
  const chunks: string[] = [];
  for await (const chunk of streamSnapshot({ db, keyring: testKeyring, onMismatch: () => expect.unreachable() })) {
    if (chunks.length < 2) await changeSets.commit({ changes: putTeams(chunks.length * 2_000, 1_600) }, TEST_ORIGIN);
    chunks.push(chunk);
  }
  const replica = createReplica(testKeyring);
  replica.load(chunks.join(''));
  expect(replica.items()).toHaveLength(1_500);
});

test('a reader that leaves early gives its connection back', async () => {
  const { db } = await createTestDatabase();
  await createTestChangeSets(db).commit({ changes: putTeams(0, 10) }, TEST_ORIGIN);
  for (let reader = 0; reader < 30; reader += 1) {
    for await (const _ of streamSnapshot({ db, keyring: testKeyring, onMismatch: () => expect.unreachable() })) break;
  }
  expect(await readSnapshot(db)).toContain('"count":10');
});

test('a checksum that does not match its record is told', async () => {
  const { db } = await createTestDatabase();
  await createTestChangeSets(db).commit({ changes: putTeams(0, 2) }, TEST_ORIGIN);
  await db.deleteFrom('entity').where('name', '=', 't1').execute();
  await expect(readSnapshot(db)).rejects.toThrow('mismatch');
});

test('from any revision to any later one, a delta leads to what the snapshot has', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const replicas = [createReplica(testKeyring)];
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const change = fc.oneof(
    fc.tuple(name, fc.array(name)).map(([n, models]) => put('team', n, { models })),
    fc.tuple(name, fc.option(name, { nil: undefined })).map(([n, team]) => put('virtual-key', n, { team })),
    fc
      .tuple(fc.constantFrom('team', 'virtual-key'), name)
      .map(([kind, n]) => ({ op: 'delete', kind, name: n }) as const),
    name.map((n) => ({ op: 'block', kind: 'virtual-key', name: n }) as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 3 }), fc.boolean(), async (changes, catchUp) => {
      for (const one of changes) await changeSets.commit({ changes: [one] }, TEST_ORIGIN);
      if (!catchUp) return;
      const fresh = createReplica(testKeyring);
      fresh.load(await readSnapshot(db));
      for (const replica of replicas) {
        const delta = await readDelta(db, testKeyring, replica.position());
        expect(delta?.schemaVersion).toBe(SNAPSHOT_SCHEMA_VERSION);
        if (delta) replica.apply(delta);
        expect(replica.position()).toEqual(fresh.position());
      }
      if (replicas.length < 5) replicas.push(fresh);
    }),
    { numRuns: 60 },
  );
  expect(replicas[0]?.position().revision).toBeGreaterThan(10);
});

test('a node that is ahead, too far behind, or has something else is not given a delta', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  await changeSets.commit({ changes: putTeams(0, 2) }, TEST_ORIGIN);
  expect(await readDelta(db, testKeyring, { revision: 3, checksum: EMPTY.checksum })).toBeUndefined();
  expect(await readDelta(db, testKeyring, { revision: 2, checksum: EMPTY.checksum })).toBeUndefined();
  expect(await readDelta(db, testKeyring, { revision: 1, checksum: EMPTY.checksum })).toBeUndefined();
  expect(await readDelta(db, testKeyring, EMPTY)).toMatchObject({ from: 0, to: 2 });
  await changeSets.commit({ changes: putTeams(2, DELTA_EVENTS_MAX - 1) }, TEST_ORIGIN);
  expect(await readDelta(db, testKeyring, EMPTY)).toBeUndefined();
});
