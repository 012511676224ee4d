import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, TupleParam } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningClickHouse, startClickHouse } from './start-clickhouse.ts';
import { connect, rowsOf } from './testing/client.ts';

const TIMEOUT_MS = 60_000;

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
