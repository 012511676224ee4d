import { type ClickHouseAddress, openClickHouse } from './connection.ts';

/** Creates the database if it does not exist; harmless if it does. */
export async function createDatabase(address: ClickHouseAddress): Promise<void> {
  const client = openClickHouse({ ...address, database: 'default' }, 1);
  try {
    await client.command({
      query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}',
      query_params: { database: address.database },
    });
  } finally {
    await client.close();
  }
}
