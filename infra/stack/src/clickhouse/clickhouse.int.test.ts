import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  createClient,
  TupleParam,
} from '@clickhouse/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { type RunningClickHouse, startClickHouse } from './start-clickhouse.ts';

const TIMEOUT_MS = 60_000;

/** The client as it is, but silent about the failures that these tests provoke. */
function connect(options: NonNullable<Parameters<typeof createClient>[0]>): ClickHouseClient {
  return createClient({ ...options, log: { level: ClickHouseLogLevel.OFF } });
}

async function rowsOf(client: ClickHouseClient, query: string, more: object = {}): Promise<unknown[]> {
  return (await client.query({ query, format: 'JSONEachRow', ...more })).json();
}

describe('the official client, unchanged', { timeout: TIMEOUT_MS }, () => {
  let dataDir: string;
  let server: RunningClickHouse;
  let client: ClickHouseClient;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tollgate-clickhouse-'));
    server = await startClickHouse({ dataDir, memoryLimitBytes: 512 * 1024 * 1024 });
    client = connect({ url: server.url });
    await client.command({ query: 'CREATE TABLE item (id UInt64, name String) ENGINE = MergeTree ORDER BY id' });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await client.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('both kinds of ping succeed', async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });

  test('rows inserted as values and as a stream are read back exactly', async () => {
    const values = [
      { id: '18446744073709551615', name: 'ü 🚀 \u0000 \\ \' " \t\n' },
      { id: '2', name: '' },
    ];
    const inserted = await client.insert({ table: 'item', values, format: 'JSONEachRow' });
    expect(inserted.executed).toBe(true);
    expect(inserted.summary?.written_rows).toBe('2');
    await client.insert({
      table: 'item',
      columns: ['name', 'id'],
      values: Readable.from([{ id: 3, name: 'streamed' }]),
      format: 'JSONEachRow',
    });
    const query = 'SELECT toString(id) AS id, name FROM item WHERE id IN (2, 3, 18446744073709551615) ORDER BY item.id';
    expect(await rowsOf(client, query)).toEqual([values[1], { id: '3', name: 'streamed' }, values[0]]);
  });

  test('an insert of no rows does nothing', async () => {
    const before = await rowsOf(client, 'SELECT count() AS n FROM item');
    await client.insert({ table: 'item', values: Readable.from([]), format: 'JSONEachRow' });
    expect(await rowsOf(client, 'SELECT count() AS n FROM item')).toEqual(before);
  });

  test('an insert of an unusual shape works too, and keeps refusing bytes that are not text', async () => {
    const query = 'INSERT INTO `item` (*) FORMAT JSONEachRow';
    await client.exec({ query, values: Readable.from(['{"id":40,"name":"quoted"}\n']) });
    expect(await rowsOf(client, 'SELECT name FROM item WHERE id = 40')).toEqual([{ name: 'quoted' }]);
    const values = Readable.from([Buffer.from([0xff, 0xfe])], { objectMode: false });
    await expect(client.exec({ query, values })).rejects.toMatchObject({ code: '117' });
  });

  test.each(['gzip', 'zstd', 'br'] as const)('requests compressed with %s are understood', async (codec) => {
    const zipped = connect({ url: server.url, compression: { request: { codec }, response: codec !== 'br' } });
    const id = { gzip: 51, zstd: 52, br: 53 }[codec];
    await zipped.insert({ table: 'item', values: [{ id, name: 'zipped' }], format: 'JSONEachRow' });
    expect(await rowsOf(zipped, `SELECT name FROM item WHERE id = ${id}`)).toEqual([{ name: 'zipped' }]);
    await expect(rowsOf(zipped, 'SELECT * FROM absent')).rejects.toBeInstanceOf(ClickHouseError);
    await zipped.close();
  });

  const awkward = 'a\tb\nc\\d\'e"f`g {x:String} ü';
  const query_params = {
    text: awkward,
    list: ['x', "it's", awkward],
    number: '18446744073709551615',
    nothing: null,
    map: { k: awkward },
    pair: new TupleParam([1, "o'clock"]),
    name: 'item',
  };
  test.each([false, true])('parameters arrive as they are, multipart: %s', async (use_multipart_params) => {
    const query = `SELECT {text:String} AS text, {list:Array(String)} AS list, toString({number:UInt64}) AS number,
      {nothing:Nullable(String)} AS nothing, {map:Map(String, String)} AS map, {pair:Tuple(UInt8, String)} AS pair,
      count() > 0 AS found FROM {name:Identifier}`;
    const { pair, name, ...same } = query_params;
    expect(await rowsOf(client, query, { query_params, use_multipart_params })).toEqual([
      { ...same, pair: [1, "o'clock"], found: 1 },
    ]);
  });

  test('parameters and settings of queries that run at once never mix', async () => {
    const ask = async (n: number) =>
      rowsOf(client, "SELECT {n:UInt32} AS n, toUInt32(getSetting('max_block_size')) AS size", {
        query_params: { n },
        clickhouse_settings: { max_block_size: String(1000 + n) },
      });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(n)));
    expect(answers.flat()).toEqual(Array.from({ length: 60 }, (_, n) => ({ n, size: 1000 + n })));
    await expect(rowsOf(client, 'SELECT {n:UInt32}')).rejects.toMatchObject({ type: 'UNKNOWN_QUERY_PARAMETER' });
  });

  test('a setting holds for its query only', async () => {
    const query = "SELECT getSetting('max_block_size')::String AS size";
    const before = await rowsOf(client, query);
    expect(await rowsOf(client, query, { clickhouse_settings: { max_block_size: '77' } })).toEqual([{ size: '77' }]);
    expect(await rowsOf(client, query)).toEqual(before);
  });

  test('the database of a client is its own', async () => {
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS `odd name`' });
    const other = connect({ url: server.url, database: 'odd name' });
    await other.command({ query: 'CREATE TABLE only_here (x UInt8) ENGINE = MergeTree ORDER BY x' });
    expect(await rowsOf(other, 'SELECT currentDatabase() AS name')).toEqual([{ name: 'odd name' }]);
    await expect(rowsOf(client, 'SELECT * FROM only_here')).rejects.toMatchObject({ type: 'UNKNOWN_TABLE' });
    await other.close();
  });

  test('the query id, format and summary come back in headers', async () => {
    const result = await client.query({ query: 'SELECT 1', format: 'JSON', query_id: 'my-id' });
    expect(result.query_id).toBe('my-id');
    expect(result.response_headers).toMatchObject({ 'x-clickhouse-query-id': 'my-id', 'x-clickhouse-format': 'JSON' });
    expect(JSON.parse(String(result.response_headers['x-clickhouse-summary']))).toHaveProperty('read_rows');
    await result.text();
  });

  test.each([
    ['SELECT * FROM absent', { code: '60', type: 'UNKNOWN_TABLE' }],
    ['SELEC 1', { code: '62' }],
    ['SELECT 1; SELECT 2', { code: '62', type: 'SYNTAX_ERROR' }],
    ['SELECT throwIf(1)', { code: '395' }],
    ["SELECT toUInt8('x')", { code: '6', type: 'CANNOT_PARSE_TEXT' }],
    ['SELECT groupArray(number) FROM numbers(1000000000)', { code: '241', type: 'MEMORY_LIMIT_EXCEEDED' }],
  ])('%s fails with the error ClickHouse has for it', async (query, expected) => {
    await expect(rowsOf(client, query)).rejects.toMatchObject(expected);
    await expect(rowsOf(client, query)).rejects.toBeInstanceOf(ClickHouseError);
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });

  test('an unknown setting, and one whose name is no name, are refused', async () => {
    const ask = (name: string) => rowsOf(client, 'SELECT 1', { clickhouse_settings: { [name]: '1' } });
    await expect(ask('no_such_setting')).rejects.toMatchObject({ type: 'UNKNOWN_SETTING' });
    await expect(ask("x = 1; DROP TABLE item; --'")).rejects.toMatchObject({ type: 'BAD_ARGUMENTS' });
    const hostile = { log_comment: "'; DROP TABLE item; --\\" };
    expect(await rowsOf(client, "SELECT getSetting('log_comment') AS c", { clickhouse_settings: hostile })).toEqual([
      { c: hostile.log_comment },
    ]);
  });

  test('the statuses, the exception header and the rule that a GET only reads, as curl sees them', async () => {
    const { origin, username, password } = new URL(server.url);
    const authorization = `Basic ${btoa(`${username}:${password}`)}`;
    const get = (query: string) =>
      fetch(`${origin}/?query=${encodeURIComponent(query)}`, { headers: { authorization } });
    const found = await get('SELECT 1, 2');
    expect([found.status, await found.text()]).toEqual([200, '1\t2\n']);
    const absent = await get('SELECT * FROM absent');
    expect([absent.status, absent.headers.get('x-clickhouse-exception-code')]).toEqual([404, '60']);
    expect(await absent.text()).toMatch(/^Code: 60\. DB::Exception: .*\(UNKNOWN_TABLE\)/s);
    expect(await (await get('DROP TABLE item')).text()).toMatch(/READONLY/);
    const keyed = await fetch(`${origin}/?query=SELECT+1`, {
      headers: { 'x-clickhouse-user': 'default', 'x-clickhouse-key': password },
    });
    expect(keyed.status).toBe(200);
  });

  test('without the password nothing is readable, and the password is in a closed file', async () => {
    const stranger = connect({ url: new URL(server.url).origin, password: 'guessed' });
    await expect(rowsOf(stranger, 'SELECT 1')).rejects.toMatchObject({ code: '516', type: 'AUTHENTICATION_FAILED' });
    await stranger.close();
    expect((await fetch(`${new URL(server.url).origin}/?query=SELECT+1`)).status).toBe(403);
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    const commandLine = await readFile(`/proc/${server.pid}/cmdline`, 'utf8').catch(() => '');
    expect(commandLine).not.toContain(new URL(server.url).password);
  });

  test('a second engine on the same folder does not start', async () => {
    await expect(startClickHouse({ dataDir })).rejects.toThrow(/runs node \(pid \d+\) on .*Stop that process first/);
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });
});

describe('durability', { timeout: TIMEOUT_MS }, () => {
  let dataDir: string;
  const servers: RunningClickHouse[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tollgate-clickhouse-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    await rm(dataDir, { recursive: true, force: true });
    dataDir = await mkdtemp(join(tmpdir(), 'tollgate-clickhouse-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  async function start(port?: number): Promise<RunningClickHouse> {
    const server = await startClickHouse({ dataDir, ...(port !== undefined && { port }) });
    servers.push(server);
    return server;
  }

  test('a batch with the same token counts once in table and view, also after a restart and a kill -9', async () => {
    let server = await start();
    const client = connect({ url: server.url });
    const window = 'SETTINGS non_replicated_deduplication_window = 1000';
    for (const query of [
      `CREATE TABLE call (id UInt64, team String) ENGINE = MergeTree ORDER BY id ${window}`,
      `CREATE TABLE per_team (team String, calls UInt64) ENGINE = SummingMergeTree ORDER BY team ${window}`,
      'CREATE MATERIALIZED VIEW to_team TO per_team AS SELECT team, count() AS calls FROM call GROUP BY team',
    ])
      await client.command({ query });
    const insert = (token: string) =>
      client.insert({
        table: 'call',
        values: [
          { id: 1, team: 'a' },
          { id: 2, team: 'a' },
          { id: 3, team: 'b' },
        ],
        format: 'JSONEachRow',
        clickhouse_settings: {
          insert_deduplication_token: token,
          deduplicate_blocks_in_dependent_materialized_views: 1,
        },
      });
    const counts = async () =>
      rowsOf(client, 'SELECT (SELECT count() FROM call) AS rows, (SELECT sum(calls) FROM per_team) AS viewed');

    await insert('batch-1');
    await insert('batch-1');
    expect(await counts()).toEqual([{ rows: 3, viewed: 3 }]);
    await server.stop();
    server = await start(server.port);
    await insert('batch-1');
    expect(await counts()).toEqual([{ rows: 3, viewed: 3 }]);
    await server.kill();
    server = await start(server.port);
    await insert('batch-1');
    expect(await counts()).toEqual([{ rows: 3, viewed: 3 }]);
    await insert('batch-2');
    expect(await counts()).toEqual([{ rows: 6, viewed: 6 }]);
    await client.close();
  });

  test('kill -9 in the middle of inserts and queries loses no acknowledged insert', async () => {
    let server = await start();
    const client = connect({ url: server.url });
    await client.command({ query: 'CREATE TABLE ack (id UInt64) ENGINE = MergeTree ORDER BY id' });
    const acknowledged: number[] = [];
    let next = 0;
    const work = async () => {
      for (;;) {
        const id = next++;
        await client.insert({ table: 'ack', values: [{ id }], format: 'JSONEachRow' });
        acknowledged.push(id);
        await rowsOf(client, 'SELECT sum(id) FROM ack');
      }
    };
    const workers = [work(), work(), work()].map((done) => done.catch(() => 'cut off'));
    await waitUntil(() => acknowledged.length >= 25, { timeoutMs: 30_000, intervalMs: 1 });
    await server.kill();
    expect(await Promise.all(workers)).toEqual(['cut off', 'cut off', 'cut off']);
    server = await start(server.port);
    const kept = (await rowsOf(client, 'SELECT id FROM ack')).map((row) => (row as { id: number }).id);
    expect(kept).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(kept).size).toBe(kept.length);
    await client.close();
  });

  test('the engine ends itself when the process that started it is killed, and the folder is free again', async () => {
    const script = `import { startClickHouse } from ${JSON.stringify(new URL('./start-clickhouse.ts', import.meta.url).href)};
      const server = await startClickHouse({ dataDir: ${JSON.stringify(dataDir)} });
      console.log(server.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line) => resolve(Number(line))));
    parent.kill('SIGKILL');
    const server = await start();
    expect(await connect({ url: server.url }).ping({ select: true })).toEqual({ success: true });
    const isGone = () =>
      stat(`/proc/${pid}/exe`).then(
        () => false,
        () => true,
      );
    if (process.platform === 'linux') expect(await waitUntil(isGone, { timeoutMs: 10_000, intervalMs: 20 })).toBe(true);
  });
});
