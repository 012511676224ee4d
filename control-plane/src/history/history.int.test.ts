import { EMPTY_CHECKSUM, formatChecksum, withItem } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, toEntityId } from '../aggregate/entity.ts';
import type { RequestedChange } from '../change-set/change-request.ts';
import type { ChangeSets } from '../change-set/change-sets.ts';
import type { Database } from '../database/database.ts';
import { readAll } from '../event-store/read-events.ts';
import { toEntity } from '../projection/entity-row.ts';
import { foldLog } from '../projection/fold-log.ts';
import { holdsAt } from '../projection/read-entities.ts';
import { readRevision, readRevisions } from '../projection/revision-log.ts';
import { EMPTY_SNAPSHOT_CHECKSUM, readDelta } from '../snapshot/delta.ts';
import { streamSnapshot } from '../snapshot/snapshot-lines.ts';
import { collect } from '../test-support/collect.ts';
import { createTestChangeSets, modelOn, put, TEST_ORIGIN, testKeyring } from '../test-support/fixed-ports.ts';
import { createReplica } from '../test-support/replica.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { readDifferences } from './differences.ts';

type World = ReadonlyMap<EntityId, Entity>;

const name = fc.constantFrom('a', 'b', 'c');
const kind = fc.constantFrom('provider', 'model', 'team', 'virtual-key');
const change: fc.Arbitrary<RequestedChange> = fc.oneof(
  fc.tuple(name, fc.constantFrom('mock', 'openai')).map(([n, type]) => putProvider(n, type)),
  fc.tuple(name, name).map(([n, provider]) => put('model', n, modelOn(provider))),
  fc.tuple(name, fc.array(name)).map(([n, models]) => put('team', n, { models })),
  fc.tuple(name, fc.option(name, { nil: undefined })).map(([n, team]) => put('virtual-key', n, { team })),
  fc.tuple(kind, name, fc.boolean()).map(([k, n, cascade]) => ({ op: 'delete', kind: k, name: n, cascade }) as const),
  fc.tuple(fc.constantFrom('block', 'unblock'), name).map(([op, n]) => ({ op, kind: 'virtual-key', name: n }) as const),
);
const owner = fc.option(fc.constantFrom('acme', 'globex'), { nil: undefined });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      changes: fc.uniqueArray(change, { minLength: 1, maxLength: 3, selector: (one) => `${one.kind}:${one.name}` }),
      owner,
    }),
  },
  { weight: 1, arbitrary: fc.record({ back: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ back: fc.nat(), only: fc.tuple(kind, name) }) },
);
const steps = fc.array(step, { minLength: 10, maxLength: 20 });
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function putProvider(provider: string, type: string): RequestedChange {
  return put('provider', provider, type === 'mock' ? { type } : { type, apiKey: { value: `sk-${provider}-secret` } });
}

/** Something to change, so that few change sets are refused. */
const base = ['a', 'b', 'c'].flatMap((n) => [
  putProvider(n, 'mock'),
  put('model', n, modelOn(n)),
  put('team', n, {}),
  put('virtual-key', n, { team: n }),
]);

async function createHistory(given: readonly Step[]) {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  await changeSets.commit({ changes: base }, TEST_ORIGIN);
  return { db, changeSets, takeAll: () => takeAll(db, changeSets, given) };
}

async function takeAll(db: Database, changeSets: ChangeSets, given: readonly Step[]): Promise<readonly number[]> {
  for (const one of given) await take(changeSets, await readRevisionNumbers(db), one);
  return await readRevisionNumbers(db);
}

async function take(changeSets: ChangeSets, revisions: readonly number[], one: Step): Promise<void> {
  if ('changes' in one) {
    const options = one.owner === undefined ? {} : { owner: one.owner, takeOver: true };
    await changeSets.commit({ changes: one.changes, ...options }, TEST_ORIGIN);
    return;
  }
  const to = revisions[one.back % revisions.length] ?? 0;
  await changeSets.rollback({ to, ...('only' in one && { entities: [toEntityId(...one.only)] }) }, TEST_ORIGIN);
}

async function readRevisionNumbers(db: Database): Promise<readonly number[]> {
  const revisions = await readRevisions(db, { first: 10_000 });
  return [0, ...revisions.map(({ revision }) => revision).reverse()];
}

async function readWorld(db: Database, revision: number): Promise<World> {
  const rows = await db.selectFrom('entity').selectAll().where(holdsAt(revision)).execute();
  return new Map(rows.map(toEntity).map((entity) => [toEntityId(entity.kind, entity.name), entity]));
}

const checksumOf = (world: World): string =>
  formatChecksum([...world.values()].map(toSnapshotItem).reduce(withItem, EMPTY_CHECKSUM));

const checksumAt = async (db: Database, revision: number): Promise<string | undefined> =>
  revision === 0 ? EMPTY_SNAPSHOT_CHECKSUM : (await readRevision(db, revision))?.checksum;

/** The states alone, without when and by whom. */
const statesOf = (world: World) => new Map([...world].map(([id, { state, owner }]) => [id, { state, owner }]));

const onMismatch = (details: object) => expect.unreachable(JSON.stringify(details));

test('after any change sets and rollbacks, every revision is the same from the log, from the projection, and by deltas', async () => {
  let committed = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const { db, changeSets } = await createHistory(given);
      const replica = createReplica(testKeyring);
      for (const one of given) {
        await take(changeSets, await readRevisionNumbers(db), one);
        const delta = await readDelta(db, testKeyring, replica.position());
        if (delta) replica.apply(delta);
      }
      const events = await collect(readAll(db));
      const revisions = await readRevisionNumbers(db);
      for (const revision of revisions) {
        const projected = await readWorld(db, revision);
        expect(projected).toEqual(foldLog(events.filter(({ position }) => position <= revision)));
        expect(await checksumAt(db, revision)).toBe(checksumOf(projected));
      }
      const fresh = createReplica(testKeyring);
      fresh.load((await collect(streamSnapshot({ db, keyring: testKeyring, onMismatch }))).join(''));
      expect(replica.position()).toEqual(fresh.position());
      committed += revisions.length - 1;
    }),
    { numRuns: 10 },
  );
  expect(committed).toBeGreaterThan(60);
});

test('the difference of any two revisions, applied to the one, gives the other', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 10 }), async (given, spans) => {
      const { db, takeAll } = await createHistory(given);
      const revisions = await takeAll();
      for (const [one, other] of spans) {
        const [from, to] = [revisions[one % revisions.length] ?? 0, revisions[other % revisions.length] ?? 0];
        const world = new Map(await readWorld(db, from));
        for (const { id, before, after } of await collect(readDifferences(db, { from, to }))) {
          expect(world.get(id)).toEqual(before);
          if (after) world.set(id, after);
          else world.delete(id);
        }
        expect(statesOf(world)).toEqual(statesOf(await readWorld(db, to)));
      }
    }),
    { numRuns: 8 },
  );
});

test('a rollback of everything restores exactly the snapshot of that revision, and its checksum', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.nat(), { minLength: 5, maxLength: 10 }), async (given, points) => {
      const { db, changeSets, takeAll } = await createHistory(given);
      const revisions = await takeAll();
      for (const back of points) {
        const to = revisions[back % revisions.length] ?? 0;
        const result = await changeSets.rollback({ to }, TEST_ORIGIN);
        expect(result.problems).toEqual([]);
        expect(await checksumAt(db, result.revision)).toBe(await checksumAt(db, to));
        expect(statesOf(await readWorld(db, result.revision))).toEqual(statesOf(await readWorld(db, to)));
        expect(await changeSets.rollback({ to }, TEST_ORIGIN)).toMatchObject({ committed: false, entries: [] });
      }
    }),
    { numRuns: 8 },
  );
});
