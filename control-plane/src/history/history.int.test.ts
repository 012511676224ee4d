import { EMPTY_CHECKSUM, formatChecksum, newId, type SnapshotItem, withItem } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import { type Entity, type EntityId, toEntityId } from '../aggregate/entity.ts';
import { type ChangeSets, createChangeSets } from '../change-set/change-sets.ts';
import type { Database } from '../database/database.ts';
import { readAll } from '../event-store/read-events.ts';
import { toEntity } from '../projection/entity-row.ts';
import { foldLog } from '../projection/fold-log.ts';
import { holdsAt } from '../projection/read-entities.ts';
import { readRevision, readRevisions } from '../projection/revision-log.ts';
import { establishInstallationKey } from '../secrets/installation-key.ts';
import { createSecretStore } from '../secrets/secret-store.ts';
import { EMPTY_SNAPSHOT_CHECKSUM, readDelta } from '../snapshot/delta.ts';
import { streamSnapshot } from '../snapshot/snapshot-lines.ts';
import { anyChange, anyEntity, everyKind, OVERRIDER, OVERRIDING } from '../test-support/any-changes.ts';
import { collect } from '../test-support/collect.ts';
import { createTestChangeSets, TEST_ORIGIN, testKeyring } from '../test-support/fixed-ports.ts';
import { createReplica } from '../test-support/replica.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { readDifferences } from './differences.ts';

type World = ReadonlyMap<EntityId, Entity>;

const owner = fc.option(fc.constantFrom('acme', 'globex'), { nil: undefined });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      changes: fc.uniqueArray(anyChange, { minLength: 1, maxLength: 3, selector: (one) => `${one.kind}:${one.name}` }),
      owner,
    }),
  },
  { weight: 1, arbitrary: fc.record({ back: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ back: fc.nat(), only: anyEntity }) },
);
const steps = fc.array(step, { minLength: 10, maxLength: 20 });
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function begin(changeSets: ChangeSets): Promise<void> {
  expect(await changeSets.commit({ changes: everyKind }, TEST_ORIGIN)).toMatchObject({ committed: true, problems: [] });
}

async function createHistory(given: readonly Step[]) {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  await begin(changeSets);
  return { db, changeSets, takeAll: () => takeAll(db, changeSets, given) };
}

async function takeAll(db: Database, changeSets: ChangeSets, given: readonly Step[]): Promise<readonly number[]> {
  for (const one of given) await take(changeSets, await readRevisionNumbers(db), one);
  return await readRevisionNumbers(db);
}

async function take(changeSets: ChangeSets, revisions: readonly number[], one: Step): Promise<void> {
  if ('changes' in one) {
    const options = one.owner === undefined ? {} : { owner: one.owner, takeOver: true };
    await changeSets.commit({ changes: one.changes, ...options, ...OVERRIDING }, OVERRIDER);
    return;
  }
  const to = revisions[one.back % revisions.length] ?? 0;
  const entities = 'only' in one && { entities: [toEntityId(one.only.kind, one.only.name)] };
  await changeSets.rollback({ to, ...entities, ...OVERRIDING }, OVERRIDER);
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

/** What nodes have, by kind and id. */
const byId = (items: readonly SnapshotItem[]) => new Map(items.map((item) => [`${item.kind}:${item.id}`, item]));

test('after any change sets and rollbacks, every revision is the same from the log, from the projection, and from any snapshot by deltas', {
  timeout: 120_000,
}, async () => {
  const seen = { revisions: 0, deltas: 0, types: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const { db } = await createTestDatabase();
      const now = () => new Date();
      const installationKey = await establishInstallationKey(db, testKeyring, now());
      const secrets = createSecretStore({ keyring: testKeyring, installationKey, now });
      const changeSets = createChangeSets({ db, secrets, now, newId });
      const readNode = async () => {
        const node = createReplica(testKeyring);
        node.load((await collect(streamSnapshot({ db, keyring: testKeyring, onMismatch }))).join(''));
        return node;
      };
      const nodes = [await readNode()];
      await begin(changeSets);
      for (const [index, one] of given.entries()) {
        if (index % 4 === 0) nodes.push(await readNode());
        await take(changeSets, await readRevisionNumbers(db), one);
        for (const node of nodes) {
          const delta = await readDelta(db, testKeyring, node.position());
          if (!delta) continue;
          node.apply(delta);
          seen.deltas += 1;
        }
      }
      const events = await collect(readAll(db));
      const revisions = await readRevisionNumbers(db);
      for (const revision of revisions) {
        const projected = await readWorld(db, revision);
        expect(projected).toEqual(foldLog(events.filter(({ position }) => position <= revision)));
        expect(await checksumAt(db, revision)).toBe(checksumOf(projected));
      }
      const fresh = await readNode();
      const folded = [...foldLog(events).values()].flatMap((entity) => toSnapshotItem(entity) ?? []);
      expect(byId(fresh.items())).toEqual(byId(folded));
      for (const node of nodes) {
        expect(node.position()).toEqual(fresh.position());
        expect(byId(node.items())).toEqual(byId(fresh.items()));
        expect(node.dataKeys()).toEqual(fresh.dataKeys());
      }
      seen.revisions += revisions.length - 1;
      for (const { type } of events) seen.types.add(type);
    }),
    { numRuns: 10 },
  );
  expect(seen.revisions).toBeGreaterThan(60);
  expect(seen.deltas).toBeGreaterThan(60);
  expect(seen.types.size).toBeGreaterThan(55);
});

test('the difference of any two revisions, applied to the one, gives the other', { timeout: 120_000 }, async () => {
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

test('a rollback of everything restores exactly the snapshot of that revision, and its checksum', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.nat(), { minLength: 5, maxLength: 10 }), async (given, points) => {
      const { db, changeSets, takeAll } = await createHistory(given);
      const revisions = await takeAll();
      for (const back of points) {
        const to = revisions[back % revisions.length] ?? 0;
        const result = await changeSets.rollback({ to, ...OVERRIDING }, OVERRIDER);
        expect(result.problems).toEqual([]);
        expect(await checksumAt(db, result.revision)).toBe(await checksumAt(db, to));
        expect(statesOf(await readWorld(db, result.revision))).toEqual(statesOf(await readWorld(db, to)));
        expect(await changeSets.rollback({ to, ...OVERRIDING }, OVERRIDER)).toMatchObject({
          committed: false,
          entries: [],
        });
      }
    }),
    { numRuns: 8 },
  );
});
