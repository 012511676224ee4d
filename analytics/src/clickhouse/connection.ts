import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';

/** Where ClickHouse is and who we are there. `password` must not be logged. */
export type ClickHouseAddress = {
  readonly origin: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
};

const DATABASE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Reads `http(s)://user:password@host:port/database`. A database in the path wins over `defaultDatabase`.
 * @throws Error that says what is wrong, without the URL, which may hold a password.
 */
export function parseClickHouseUrl(text: string, defaultDatabase: string): ClickHouseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new Error(
      'CLICKHOUSE_URL must be an http or https URL, such as http://user:password@127.0.0.1:8123/tollgate',
    );
  const database = decodeURIComponent(url.pathname.replaceAll('/', '')) || defaultDatabase;
  if (!DATABASE_NAME.test(database))
    throw new Error(`the ClickHouse database "${database}" must be letters, digits and underscores, at most 64`);
  return {
    origin: url.origin,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database,
  };
}

/** Opens a client; nothing is sent yet. At most `maxConnections` requests run at once, the others wait. */
export function openClickHouse(address: ClickHouseAddress, maxConnections: number): ClickHouseClient {
  return createClient({
    url: address.origin,
    username: address.username,
    password: address.password,
    database: address.database,
    application: 'tollgate-analytics',
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: maxConnections,
    // Ten thousand names of whoever may see the usage of as many teams would make a URL that no server takes.
    use_multipart_params_auto: true,
    // Failures are thrown and logged once, by whoever decides what to do about them.
    log: { level: ClickHouseLogLevel.OFF },
  });
}
