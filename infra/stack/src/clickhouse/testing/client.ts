import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';

/** The client as it is, but silent about the failures that these tests provoke. */
export function connect(options: NonNullable<Parameters<typeof createClient>[0]>): ClickHouseClient {
  return createClient({ ...options, log: { level: ClickHouseLogLevel.OFF } });
}

/** What a query answers, as objects. `more` goes to the client's own options. */
export async function rowsOf(client: ClickHouseClient, query: string, more: object = {}): Promise<unknown[]> {
  return (await client.query({ query, format: 'JSONEachRow', ...more })).json();
}
