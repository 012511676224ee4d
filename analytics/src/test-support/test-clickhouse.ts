import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { type RunningClickHouse, startClickHouse } from '@tollgate/stack';
import { type ClickHouseAddress, openClickHouse, parseClickHouseUrl } from '../clickhouse/connection.ts';
import { createDatabase } from '../clickhouse/create-database.ts';
import { runMigrations } from '../migrations/run-migrations.ts';

export type TestDatabase = { readonly address: ClickHouseAddress; readonly client: ClickHouseClient };

export type TestClickHouse = {
  address(): ClickHouseAddress;
  /** A migrated database of its own. */
  createTestDatabase(): Promise<TestDatabase>;
  /** Kills the engine as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
};

/** The real engine on a folder of its own, which `stop` removes. */
export async function startTestClickHouse(): Promise<TestClickHouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tollgate-analytics-'));
  let server: RunningClickHouse = await startClickHouse({ dataDir });
  const clients: ClickHouseClient[] = [];
  const address = () => parseClickHouseUrl(server.url, `test_${randomBytes(6).toString('hex')}`);
  return {
    address,
    async createTestDatabase() {
      const fresh = address();
      await createDatabase(fresh);
      const client = openClickHouse(fresh, 8);
      clients.push(client);
      await runMigrations(client);
      return { address: fresh, client };
    },
    kill: () => server.kill(),
    async startAgain() {
      server = await startClickHouse({ dataDir, port: server.port });
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The rows of a query, with 64-bit numbers as numbers. */
export async function rowsOf<Row = Record<string, unknown>>(client: ClickHouseClient, query: string): Promise<Row[]> {
  const answer = await client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return answer.json<Row>();
}

/** How many rows and how many different ids the table `usage` has. */
export async function countRows(client: ClickHouseClient): Promise<{ rows: number; ids: number }> {
  const [counts] = await rowsOf<{ rows: number; ids: number }>(
    client,
    'SELECT count() AS rows, uniqExact(id) AS ids FROM usage',
  );
  return counts ?? { rows: -1, ids: -1 };
}
