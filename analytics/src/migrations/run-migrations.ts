import { readdir, readFile } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { type Migration, parseMigration, pendingMigrations } from './migration.ts';

/** The same folder from `src/` and from `dist/`. */
const MIGRATIONS = new URL('../../migrations/', import.meta.url);

const CREATE_SCHEMA_MIGRATION = `
CREATE TABLE IF NOT EXISTS schema_migration
(version UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
ENGINE = ReplacingMergeTree ORDER BY version`;

/**
 * Brings the database up to date. ClickHouse has neither transactions nor locks for this, so safety comes from
 * each statement being idempotent: several processes may run this at once, and a crash at any point is mended by
 * the next run, which repeats the statements of the one migration that was not yet noted.
 * @returns the versions that this call applied.
 */
export async function runMigrations(client: ClickHouseClient): Promise<readonly number[]> {
  await client.command({ query: CREATE_SCHEMA_MIGRATION });
  const pending = pendingMigrations(await readMigrations(), await readApplied(client));
  for (const migration of pending) await applyMigration(client, migration);
  return pending.map(({ version }) => version);
}

async function applyMigration(client: ClickHouseClient, { version, name, checksum, statements }: Migration) {
  // 1. The change, 2. the note of it. A crash between the two repeats 1, which changes nothing.
  for (const query of statements) await client.command({ query });
  await client.insert({
    table: 'schema_migration',
    values: [{ version, name, checksum }],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  });
}

async function readApplied(client: ClickHouseClient): Promise<ReadonlyMap<number, string>> {
  const answer = await client.query({
    query: 'SELECT version, checksum FROM schema_migration FINAL',
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ version: number; checksum: string }>();
  return new Map(rows.map(({ version, checksum }) => [version, checksum]));
}

async function readMigrations(): Promise<readonly Migration[]> {
  const fileNames = (await readdir(MIGRATIONS)).filter((fileName) => fileName.endsWith('.sql'));
  return Promise.all(
    fileNames.map(async (fileName) => parseMigration(fileName, await readFile(new URL(fileName, MIGRATIONS), 'utf8'))),
  );
}
