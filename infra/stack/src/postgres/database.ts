import pg from 'pg';

const DATABASE = 'tollgate';

/** The URL of the database `tollgate`, which is created at the first start. Fails if the password does not fit. */
export async function ensureDatabase(server: URL): Promise<URL> {
  const client = new pg.Client({ connectionString: new URL('/postgres', server).href });
  await client.connect();
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
  return new URL(`/${DATABASE}`, server);
}
