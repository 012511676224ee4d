import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findProcessesIn } from '../directory-processes.ts';
import { findFreePort } from '../free-port.ts';
import { type RunningPostgres, startPostgres } from './start-postgres.ts';

const TIMEOUT_MS = 60_000;
let dataDir: string;
let servers: RunningPostgres[];
let strangers: ChildProcess[];

// mkdtemp makes a folder closed to other users: run as root, these tests go through the relocation.
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tollgate-postgres-'));
  servers = [];
  strangers = [];
});

afterEach(async () => {
  for (const stranger of strangers) stranger.kill('SIGKILL');
  // They share one folder: the data go when none of them runs.
  for (const server of servers) await server.stop();
  await servers.at(-1)?.stop({ remove: true });
  await rm(dataDir, { recursive: true, force: true });
});

async function start(port?: number): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir, ...(port !== undefined && { port }) });
  servers.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('data survive a stop and a start, which keep the password and may move the port', {
  timeout: TIMEOUT_MS,
}, async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE note (text text); INSERT INTO note VALUES ('ü')");
  await first.stop();
  const port = await findFreePort();
  const second = await start(port);
  expect(second.port).toBe(port);
  expect(await query(second.url, 'SELECT text FROM note')).toEqual([{ text: 'ü' }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

test('it is Postgres 18, durable, on loopback only, and refuses a wrong password', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { url } = await start();
  const [settings] = await query(
    url,
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
       current_setting('listen_addresses') AS addresses, current_setting('server_encoding') AS encoding`,
  );
  expect(settings).toMatchObject({ fsync: 'on', addresses: '127.0.0.1', encoding: 'UTF8' });
  expect(settings?.['version']).toMatch(/^18\./);
  const stranger = new URL(url);
  stranger.password = 'guessed';
  await expect(query(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
});

test('after kill -9 a committed row is there and the stale pid file does not hinder the start', {
  timeout: TIMEOUT_MS,
}, async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE note (id int); INSERT INTO note VALUES (1)');
  const [row] = await query(first.url, "SELECT current_setting('data_directory') AS cluster");
  await first.kill();
  // The pid in the file now belongs to another live process of the same user: Postgres itself would give up.
  const pidFile = join(String(row?.['cluster']), 'postmaster.pid');
  const { uid, gid } = await stat(pidFile);
  const stranger = spawn('sleep', ['60'], { uid, gid });
  strangers.push(stranger);
  const lines = (await readFile(pidFile, 'utf8')).split('\n');
  await writeFile(pidFile, [stranger.pid, ...lines.slice(1)].join('\n'));
  const second = await start();
  expect(await query(second.url, 'SELECT id FROM note')).toEqual([{ id: 1 }]);
});

test.runIf(process.platform === 'linux')(
  'a server whose starter was killed is shut down and its data taken over; one whose starter lives is left alone',
  { timeout: TIMEOUT_MS },
  async () => {
    const module = new URL('./start-postgres.ts', import.meta.url).href;
    const script = `import { startPostgres } from ${JSON.stringify(module)};
      const { pid, url } = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} });
      console.log(JSON.stringify({ pid, url })); setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    strangers.push(starter);
    const gone = once(starter, 'exit');
    const [line] = await once(starter.stdout, 'data');
    const orphan: { pid: number; url: string } = JSON.parse(String(line));
    await query(orphan.url, 'CREATE TABLE note (id int); INSERT INTO note VALUES (1)');
    await expect(start()).rejects.toThrow(/runs postgres .*Stop that process first/);
    expect(await query(orphan.url, 'SELECT id FROM note')).toEqual([{ id: 1 }]);

    starter.kill('SIGKILL');
    await gone;
    const next = await start();
    expect(await query(next.url, 'SELECT id FROM note')).toEqual([{ id: 1 }]);
    const [row] = await query(next.url, "SELECT current_setting('data_directory') AS cluster");
    const running = await findProcessesIn(String(row?.['cluster']), 'postgres');
    expect(running).toContain(next.pid);
    expect(running).not.toContain(orphan.pid);
  },
);

test('a port that is taken fails the start with what Postgres says', { timeout: TIMEOUT_MS }, async () => {
  const { port } = await start();
  const other = await mkdtemp(join(tmpdir(), 'tollgate-postgres-'));
  try {
    await expect(startPostgres({ dataDir: other, port })).rejects.toThrow(/could not bind IPv4 address/);
  } finally {
    const again = await startPostgres({ dataDir: other });
    await again.stop({ remove: true });
  }
});

test.runIf(process.getuid?.() === 0)(
  'root keeps the data inside the folder if the account that runs Postgres can reach it, else outside',
  { timeout: TIMEOUT_MS },
  async () => {
    await chmod(dataDir, 0o755);
    const open = await start();
    const inside = await query(open.url, "SELECT current_setting('data_directory') AS cluster");
    expect(inside[0]?.['cluster']).toBe(join(dataDir, 'server', 'cluster'));
    await open.stop({ remove: true });

    dataDir = await mkdtemp(join(tmpdir(), 'tollgate-postgres-'));
    const closed = await start();
    const outside = await query(closed.url, "SELECT current_setting('data_directory') AS cluster");
    const place = String(outside[0]?.['cluster']);
    expect(place).toMatch(/^\/var\/lib\/tollgate\/postgres-data\/[0-9a-f-]{36}\/cluster$/);
    await closed.stop({ remove: true });
    await expect(stat(place)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
