import pg from 'pg';
import { inject } from 'vitest';

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
