import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { collect } from '../test-support/collect.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { type AppendResult, appendEvents, type StreamEvents } from './append-events.ts';
import { readAll, readStream } from './read-events.ts';
import type { StoredEvent } from './stored-event.ts';
import { verifyLog } from './verify-log.ts';

const metadata = { changeSetId: 'c', actor: 'admin', source: 'api' };

const append = (db: Database, ...batch: StreamEvents[]): Promise<AppendResult> =>
  db.transaction().execute((trx) => appendEvents(trx, batch, { metadata, recordedAt: new Date() }));

const eventsOf = (streamId: string, expectedVersion: number, count: number): StreamEvents => ({
  streamId,
  expectedVersion,
  owner: 'api',
  events: Array.from({ length: count }, (_, index) => ({ type: 'Happened', data: { index, weight: 0.1, text: 'ü' } })),
});

async function appendInTurn(db: Database, streamId: string, sizes: readonly number[]): Promise<void> {
  let version = 0;
  for (const size of sizes) {
    await append(db, eventsOf(streamId, version, size));
    version += size;
  }
}

const readLog = (db: Database): Promise<StoredEvent[]> => collect(readAll(db));

test('concurrent appends from many connections leave no gap, no double and one order, and the chain verifies', async () => {
  const { db } = await createTestDatabase();
  const batches = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }), { minLength: 2, maxLength: 8 });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(batches, async (writers) => {
      run += 1;
      const before = await readLog(db);
      await Promise.all(writers.map((sizes, writer) => appendInTurn(db, `model:${run}-${writer}`, sizes)));
      const events = await readLog(db);
      const added = writers.flat().reduce((sum, size) => sum + size, 0);
      expect(events).toHaveLength(before.length + added);
      expect(events.slice(0, before.length)).toEqual(before);
      expect(verifyLog(events)).toMatchObject({ ok: true, events: events.length });
      for (const [writer, sizes] of writers.entries()) {
        const versions = (await readStream(db, `model:${run}-${writer}`)).map(({ version }) => version);
        const count = sizes.reduce((sum, size) => sum + size, 0);
        expect(versions).toEqual(Array.from({ length: count }, (_, index) => index + 1));
      }
    }),
    { numRuns: 10 },
  );
});

test('a reader that polls while others append never skips a position that appears later', async () => {
  const { db } = await createTestDatabase();
  let writing = true;
  const seen: number[] = [];
  const reader = (async () => {
    let done = false;
    while (!done) {
      done = !writing;
      for await (const { position } of readAll(db, (seen.at(-1) ?? 0) + 1)) seen.push(position);
    }
  })();
  await Promise.all(
    Array.from({ length: 6 }, async (_, writer) => {
      for (let version = 0; version < 20; version += 1) await append(db, eventsOf(`team:t${writer}`, version, 1));
    }),
  );
  writing = false;
  await reader;
  expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
});

test('of several that decided on the same version, one appends and the others learn of it', async () => {
  const { db } = await createTestDatabase();
  const results = await Promise.all(Array.from({ length: 5 }, () => append(db, eventsOf('team:t', 0, 1))));
  expect(results.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
  expect(results.filter(({ kind }) => kind === 'concurrency_error')).toHaveLength(4);
  expect(await readLog(db)).toHaveLength(1);
});

test('version 0 means that the stream must not exist, and a version ahead of it is refused too', async () => {
  const { db } = await createTestDatabase();
  await append(db, eventsOf('team:t', 0, 2));
  expect(await append(db, eventsOf('team:t', 0, 1))).toMatchObject({ kind: 'concurrency_error', streamId: 'team:t' });
  expect(await append(db, eventsOf('team:t', 3, 1))).toMatchObject({ kind: 'concurrency_error', expectedVersion: 3 });
});

test('a transaction that is rolled back leaves no gap', async () => {
  const { db } = await createTestDatabase();
  await append(db, eventsOf('team:a', 0, 1));
  const failing = db.transaction().execute(async (trx) => {
    await appendEvents(trx, [eventsOf('team:b', 0, 3)], { metadata, recordedAt: new Date() });
    throw new Error('after the append');
  });
  await expect(failing).rejects.toThrow('after the append');
  await append(db, eventsOf('team:c', 0, 1));
  const events = await readLog(db);
  expect(events.map(({ position, streamId }) => [position, streamId])).toEqual([
    [1, 'team:a'],
    [2, 'team:c'],
  ]);
  expect(verifyLog(events)).toMatchObject({ ok: true });
});

test('a row that was changed in the database breaks the chain at its position', async () => {
  const { db } = await createTestDatabase();
  await append(db, eventsOf('team:t', 0, 5));
  await db.updateTable('event').set({ data: '{"index":99}' }).where('position', '=', 3).execute();
  expect(verifyLog(await readLog(db))).toEqual({ ok: false, position: 3, problem: 'changed' });
});

test('a batch larger than what one statement can hold as parameters is appended whole', async () => {
  const { db } = await createTestDatabase();
  const batch = Array.from({ length: 10_000 }, (_, index) => eventsOf(`virtual-key:k${index}`, 0, 1));
  expect(await append(db, ...batch)).toMatchObject({ kind: 'appended' });
  expect(verifyLog(await readLog(db))).toMatchObject({ ok: true, events: 10_000 });
});
