import { onTestFinished } from 'vitest';
import { createDatabase, type Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { createEmptyDatabase } from './empty-database.ts';

export type TestDatabase = { readonly db: Database; readonly url: string };

/** A migrated database for one test alone; its connections end with the test. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = await createEmptyDatabase();
  const db = createDatabase(url);
  onTestFinished(() => db.destroy());
  await migrate(db);
  return { db, url };
}
