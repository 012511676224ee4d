import { readdirSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { createEmptyDatabase } from '../test-support/empty-database.ts';
import { createDatabase } from './database.ts';
import { migrate } from './migrate.ts';

test('several replicas may migrate an empty database at once', async () => {
  const url = await createEmptyDatabase();
  const first = createDatabase(url);
  const replicas = [first, ...Array.from({ length: 4 }, () => createDatabase(url))];
  onTestFinished(async () => void (await Promise.all(replicas.map((db) => db.destroy()))));
  await Promise.all(replicas.map(migrate));
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(first);
  const files = readdirSync(new URL('./migrations/', import.meta.url)).map((file) => file.replace('.ts', ''));
  expect(rows.map(({ name }) => name)).toEqual(files.sort());
});

test('numbers beyond what a number holds exactly are an error, not a wrong number', async () => {
  const db = createDatabase(await createEmptyDatabase());
  onTestFinished(() => db.destroy());
  await expect(sql`select 9007199254740993::bigint`.execute(db)).rejects.toThrow('beyond what a number holds');
});
