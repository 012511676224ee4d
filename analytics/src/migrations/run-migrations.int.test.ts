import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClickHouse } from '../clickhouse/connection.ts';
import { createDatabase } from '../clickhouse/create-database.ts';
import { rowsOf, startTestClickHouse, type TestClickHouse } from '../test-support/test-clickhouse.ts';
import { parseMigration } from './migration.ts';
import { runMigrations } from './run-migrations.ts';

const TIMEOUT_MS = 60_000;

describe('migrations in the real engine', { timeout: TIMEOUT_MS }, () => {
  let clickHouse: TestClickHouse;
  beforeAll(async () => {
    clickHouse = await startTestClickHouse();
  }, TIMEOUT_MS);
  afterAll(() => clickHouse.stop(), TIMEOUT_MS);

  test('several processes may migrate a new database at once, and again', async () => {
    const address = clickHouse.address();
    const clients = Array.from({ length: 4 }, () => openClickHouse(address, 2));
    await Promise.all(clients.map(() => createDatabase(address)));
    await Promise.all(clients.map((client) => runMigrations(client)));
    const [client] = clients;
    if (!client) throw new Error('four were made');
    expect(await runMigrations(client)).toEqual([]);
    const tables = await rowsOf(
      client,
      'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    );
    expect(tables.map(({ name }) => name)).toEqual(['schema_migration', 'usage', 'usage_rejected', 'usage_segment']);
    expect(await rowsOf(client, 'SELECT version, name FROM schema_migration FINAL ORDER BY version')).toEqual([
      { version: 1, name: 'usage' },
      { version: 2, name: 'owners' },
      { version: 10, name: 'attempts' },
      { version: 20, name: 'quota_charges' },
      { version: 30, name: 'routing_choices' },
      { version: 40, name: 'mirrors' },
    ]);
    await Promise.all(clients.map((each) => each.close()));
  });

  test('rows of the first version stay, and say nothing of what it did not know', async () => {
    const address = clickHouse.address();
    await createDatabase(address);
    const client = openClickHouse(address, 2);
    const first = await readFile(new URL('../../migrations/0001_usage.sql', import.meta.url), 'utf8');
    for (const query of parseMigration('0001_usage.sql', first).statements) await client.command({ query });
    const values = [{ id: 'req_1', key_name: 'k', team_name: 't', started_at: '2026-01-01 00:00:00.000' }];
    await client.insert({ table: 'usage', values, format: 'JSONEachRow' });
    await runMigrations(client);
    const columns = 'record_version, organization_name, team_name, project_name, user_name, customer_name, end_user';
    expect(await rowsOf(client, `SELECT ${columns} FROM usage`)).toEqual([
      {
        record_version: 1,
        organization_name: '',
        team_name: 't',
        project_name: '',
        user_name: '',
        customer_name: '',
        end_user: '',
      },
    ]);
    await client.close();
  });
});
