import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import { type RunningClickHouse, startClickHouse } from './start-clickhouse.ts';
import { connect, rowsOf } from './testing/client.ts';

const TIMEOUT_MS = 60_000;
let dataDir: string;
const servers: RunningClickHouse[] = [];
const starters: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tollgate-clickhouse-'));
});

afterEach(async () => {
  for (const starter of starters.splice(0)) starter.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(port?: number): Promise<RunningClickHouse> {
  const server = await startClickHouse({ dataDir, ...(port !== undefined && { port }) });
  servers.push(server);
  return server;
}

test('a batch with the same token counts once in table and view, also after a restart and a kill -9', {
  timeout: TIMEOUT_MS,
}, async () => {
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

test('kill -9 in the middle of inserts and queries loses no acknowledged insert', { timeout: TIMEOUT_MS }, async () => {
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

test.runIf(process.platform === 'linux')(
  'the engine ends itself when the process that started it is killed, and the folder is free again',
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    const script = `import { startClickHouse } from ${JSON.stringify(new URL('./start-clickhouse.ts', import.meta.url).href)};
    const server = await startClickHouse({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(server.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    starters.push(parent);
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line) => resolve(Number(line))));
    parent.kill('SIGKILL');
    const isGone = () =>
      stat(`/proc/${pid}/exe`).then(
        () => false,
        () => true,
      );
    expect(await waitUntil(isGone, { timeoutMs: 10_000, intervalMs: 20 })).toBe(true);
    const client = connect({ url: (await start()).url });
    expect(await client.ping({ select: true })).toEqual({ success: true });
    await client.close();
  },
);
