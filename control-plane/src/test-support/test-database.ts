import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { createDatabase, type Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';

export type TestDatabase = { readonly db: Database; readonly url: string };

/** A migrated database for one test alone; its connections end with the test. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = await createEmptyDatabase();
  const db = createDatabase(url);
  onTestFinished(() => db.destroy());
  await migrate(db);
  return { db, url };
}

/** @returns the URL of a new database without tables */
export async function createEmptyDatabase(): Promise<string> {
  const server = inject('postgresUrl');
  if (server === undefined) throw new Error('test/support/postgres.setup.ts has started no Postgres');
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
