import { EMPTY_CHECKSUM, formatChecksum, withItem } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import type { Database } from '../database/database.ts';
import { readAll } from '../event-store/read-events.ts';
import { verifyLog } from '../event-store/verify-log.ts';
import { toEntity } from '../projection/entity-row.ts';
import { foldLog } from '../projection/fold-log.ts';
import { holdsAt } from '../projection/read-entities.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import { collect } from '../test-support/collect.ts';
import { createTestChangeSets, MOCK_PROVIDER, modelOn, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import type { RequestedChange } from './change-request.ts';

/** Whatever was committed: the log verifies, and folding it gives the projection and its checksum. */
async function expectConsistent(db: Database): Promise<void> {
  const events = await collect(readAll(db));
  expect(verifyLog(events)).toMatchObject({ ok: true });
  const rows = (await db.selectFrom('entity').selectAll().where(holdsAt()).execute()).map(toEntity);
  const folded = [...foldLog(events).values()];
  const byName = (one: { kind: string; name: string }, other: { kind: string; name: string }) =>
    `${one.kind}:${one.name}` < `${other.kind}:${other.name}` ? -1 : 1;
  expect(rows.sort(byName)).toEqual(folded.sort(byName));
  const checksum = formatChecksum(folded.map(toSnapshotItem).reduce(withItem, EMPTY_CHECKSUM));
  const latest = await readLatestRevision(db);
  expect(latest?.checksum ?? formatChecksum(EMPTY_CHECKSUM)).toBe(checksum);
  expect(latest?.revision ?? 0).toBe(events.length);
}

test('a change set of any mix is one revision: the position of its last event', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const changes = [put('model', 'm', modelOn('p')), put('provider', 'p', MOCK_PROVIDER), put('virtual-key', 'k', {})];
  const result = await changeSets.commit({ changes, reason: 'first' }, TEST_ORIGIN);
  expect(result).toMatchObject({ committed: true, revision: 3, problems: [], issuedSecrets: [{ name: 'k' }] });
  const events = await collect(readAll(db));
  expect(new Set(events.map(({ metadata }) => metadata.changeSetId))).toEqual(new Set([result.changeSetId]));
  expect(events[0]?.metadata).toMatchObject({ actor: 'admin', source: 'api', reason: 'first' });
  await expectConsistent(db);
});

test('a change set with one problem commits nothing of the others', async () => {
  const { db } = await createTestDatabase();
  const changes = [put('provider', 'p', MOCK_PROVIDER), put('model', 'm', modelOn('nowhere'))];
  const result = await createTestChangeSets(db).commit({ changes }, TEST_ORIGIN);
  expect(result).toMatchObject({ committed: false, revision: 0, problems: [{ code: 'unknown_reference' }] });
  expect(await collect(readAll(db))).toEqual([]);
});

test('the same change set committed again changes nothing and keeps the revision', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const provider = put('provider', 'p', { type: 'openai', apiKey: { value: 'sk-secret', ref: { env: 'KEY' } } });
  const changes = [provider, put('virtual-key', 'k', {}), put('team', 't', {})];
  await changeSets.commit({ changes }, TEST_ORIGIN);
  const again = await changeSets.commit({ changes }, TEST_ORIGIN);
  expect(again).toMatchObject({ committed: false, revision: 3, entries: [], problems: [], issuedSecrets: [] });
  expect(await changeSets.plan({ changes }, TEST_ORIGIN)).toMatchObject({ revision: 3, entries: [], problems: [] });
});

test('a plan shows what a commit would do, without secrets, and does nothing', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const declare = (value: string) => [put('provider', 'p', { type: 'openai', apiKey: { value } })];
  await changeSets.commit({ changes: declare('sk-SECRET-1') }, TEST_ORIGIN);
  const plan = await changeSets.plan({ changes: declare('sk-SECRET-2') }, TEST_ORIGIN);
  expect(plan.entries).toEqual([
    {
      action: 'update',
      kind: 'provider',
      name: 'p',
      fields: [{ path: 'apiKey.value', before: '"(secret)"', after: '"(secret changed)"' }],
      cause: 'requested',
      notEnforced: [],
      owner: 'api',
      previous: {
        version: 1,
        revision: 1,
        owner: 'api',
        ownedSince: { revision: 1, at: expect.any(Date) },
        actor: 'admin',
        source: 'api',
        at: expect.any(Date),
      },
    },
  ]);
  expect((await readLatestRevision(db))?.revision).toBe(1);
});

test('no secret in the clear is in any table', async () => {
  const { db } = await createTestDatabase();
  const changes = [
    put('provider', 'p', { type: 'openai', apiKey: { value: 'sk-SECRET-provider' } }),
    put('virtual-key', 'k', { secret: { value: 'sk-SECRET-virtual-key' } }),
    put('virtual-key', 'issued', {}),
  ];
  const { issuedSecrets } = await createTestChangeSets(db).commit({ changes }, TEST_ORIGIN);
  const rows = await Promise.all(
    (['event', 'entity', 'revision'] as const).map((table) => db.selectFrom(table).selectAll().execute()),
  );
  expect(JSON.stringify(rows)).not.toContain('SECRET');
  expect(JSON.stringify(rows)).not.toContain(issuedSecrets[0]?.secret);
});

test('of change sets that expect the same revision, exactly one is committed', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      changeSets.commit({ changes: [put('team', `t${index}`, {})], expectedRevision: 0 }, TEST_ORIGIN),
    ),
  );
  expect(results.filter(({ committed }) => committed)).toHaveLength(1);
  const codes = results.flatMap(({ problems }) => problems.map(({ code }) => code));
  expect(codes).toEqual(Array(5).fill('stale_revision'));
  await expectConsistent(db);
});

test('who uses a deleted provider or team is found, however many there are', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const keys = Array.from({ length: 300 }, (_, index) => put('virtual-key', `k${index}`, { team: 't' }));
  const models = Array.from({ length: 3 }, (_, index) => put('model', `m${index}`, modelOn('p')));
  const changes = [put('provider', 'p', MOCK_PROVIDER), put('team', 't', {}), ...keys, ...models];
  await changeSets.commit({ changes }, TEST_ORIGIN);
  const erase = ({ kind, name }: RequestedChange) => ({ op: 'delete', kind, name }) as const;
  const tooFew = changes.filter(({ name }) => name !== 'k299' && name !== 'm1').map(erase);
  const refused = await changeSets.commit({ changes: tooFew }, TEST_ORIGIN);
  expect(refused.problems.map(({ message }) => message)).toEqual([
    'provider p is still used by model m1',
    'team t is still used by virtual key k299',
  ]);
  expect(await changeSets.commit({ changes: changes.map(erase) }, TEST_ORIGIN)).toMatchObject({ committed: true });
  expect(await db.selectFrom('entity').selectAll().where(holdsAt()).execute()).toEqual([]);
  await expectConsistent(db);
});

test('two keys may exchange their secrets in one change set', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const keys = (a: string, b: string) => [
    put('virtual-key', 'a', { secret: { value: a } }),
    put('virtual-key', 'b', { secret: { value: b } }),
  ];
  await changeSets.commit({ changes: keys('the-first-secret', 'the-second-secret') }, TEST_ORIGIN);
  const exchanged = await changeSets.commit({ changes: keys('the-second-secret', 'the-first-secret') }, TEST_ORIGIN);
  expect(exchanged).toMatchObject({ committed: true, revision: 4 });
  await expectConsistent(db);
});

test('after any sequence of change sets, folding the log gives exactly the projection', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const name = fc.constantFrom('a', 'b', 'c');
  const change: fc.Arbitrary<RequestedChange> = fc.oneof(
    fc.record({ type: fc.constant('mock'), n: name }).map(({ type, n }) => put('provider', n, { type })),
    fc.tuple(name, name).map(([n, provider]) => put('model', n, modelOn(provider))),
    fc.tuple(name, fc.array(name)).map(([n, models]) => put('team', n, { models })),
    fc.tuple(name, fc.option(name, { nil: undefined })).map(([n, team]) => put('virtual-key', n, { team })),
    fc
      .tuple(fc.constantFrom('provider', 'model', 'team', 'virtual-key'), name)
      .map(([kind, n]) => ({ op: 'delete', kind, name: n }) as const),
    fc
      .tuple(fc.constantFrom('block', 'unblock'), name)
      .map(([op, n]) => ({ op, kind: 'virtual-key', name: n }) as const),
  );
  let committed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 4 }), async (changes) => {
      const result = await changeSets.commit({ changes }, TEST_ORIGIN);
      if (result.committed) committed += 1;
      await expectConsistent(db);
    }),
    { numRuns: 100 },
  );
  expect(committed).toBeGreaterThan(10);
});
