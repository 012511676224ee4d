import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { createEmptyDatabase } from '../test-support/test-database.ts';
import { createDatabase } from './database.ts';
import { migrate } from './migrate.ts';

test('several replicas may migrate an empty database at once', async () => {
  const url = await createEmptyDatabase();
  const replicas = Array.from({ length: 5 }, () => createDatabase(url));
  onTestFinished(async () => void (await Promise.all(replicas.map((db) => db.destroy()))));
  await Promise.all(replicas.map(migrate));
  const { rows } = await sql`select name from kysely_migration`.execute(replicas[0] ?? createDatabase(url));
  expect(rows).toEqual([{ name: '2026-11-22-event-log' }]);
});

test('numbers beyond what a number holds exactly are an error, not a wrong number', async () => {
  const db = createDatabase(await createEmptyDatabase());
  onTestFinished(() => db.destroy());
  await expect(sql`select 9007199254740993::bigint`.execute(db)).rejects.toThrow('beyond what a number holds');
});
