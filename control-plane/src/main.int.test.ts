import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createEmptyDatabase } from './test-support/empty-database.ts';
import { TEST_SEAL_KEY } from './test-support/fixed-ports.ts';
import { startTestNode } from './test-support/test-node.ts';
import { askGraphQL, startTestPlane } from './test-support/test-plane.ts';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

type Started = { readonly child: ChildProcess; readonly url: string; output(): string; exited: Promise<number | null> };

/** The built process, as it is started by the stack. */
async function startMain(environment: Record<string, string>): Promise<Started> {
  if (!existsSync(MAIN)) throw new Error('build first: pnpm build');
  const env = { TOLLGATE_SEAL_KEY: TEST_SEAL_KEY, TOLLGATE_CONTROL_PORT: '0', ...environment };
  const child = fork(MAIN, { env, silent: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  const chunks: string[] = [];
  child.stdout?.on('data', (chunk) => chunks.push(String(chunk)));
  child.stderr?.resume();
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const ready = new Promise<string>((resolve) =>
    child.on('message', (message: { url: string }) => resolve(message.url)),
  );
  const url = await Promise.race([ready, exited.then((code) => Promise.reject(new Error(`exit ${code}`)))]);
  return { child, url, exited, output: () => chunks.join('') };
}

test('the first start prints an admin token on one line, which the next start still takes but prints no more', async () => {
  const DATABASE_URL = await createEmptyDatabase();
  const first = await startMain({ DATABASE_URL });
  const token = await vi.waitFor(() => {
    const [, found] = /^admin token: (\S+)\n$/.exec(first.output()) ?? [];
    if (found === undefined) throw new Error('not printed yet');
    return found;
  });
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  const second = await startMain({ DATABASE_URL });
  const answer = await askGraphQL(second.url, '{"query":"{ revision }"}', { authorization: `Bearer ${token}` });
  expect(answer.data).toEqual({ revision: 0 });
  expect(second.output()).toBe('');
  second.child.kill('SIGINT');
  expect(await second.exited).toBe(0);
});

test('a child whose parent disappears ends by itself', async () => {
  const { child, exited } = await startMain({ DATABASE_URL: await createEmptyDatabase() });
  child.disconnect();
  expect(await exited).toBe(0);
});

/** Stands between the plane and Postgres, so that Postgres can go away and come back. */
async function startRelay(target: URL): Promise<{ url: string; cut(): void; mend(): Promise<void> }> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const mend = async () => {
    const next = createServer((socket) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const one of [socket, upstream]) {
        sockets.add(one);
        one.on('error', () => one.destroy()).on('close', () => sockets.delete(one));
      }
      socket.pipe(upstream).pipe(socket);
      socket.on('close', () => upstream.destroy());
      upstream.on('close', () => socket.destroy());
    });
    await new Promise<void>((resolve) => next.listen(port, '127.0.0.1', resolve));
    port = (next.address() as { port: number }).port;
    server = next;
  };
  const cut = () => {
    server?.close();
    for (const socket of sockets) socket.destroy();
  };
  await mend();
  onTestFinished(cut);
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  return { url: url.href, cut, mend };
}

test('while Postgres is away requests fail clearly and nodes stay linked; when it is back, all goes on', async () => {
  const relay = await startRelay(new URL(await createEmptyDatabase()));
  const plane = await startTestPlane({ databaseUrl: relay.url });
  const node = startTestNode(plane.url, 'n');
  await node.reaches(0);
  const status = async (path: string) => (await fetch(`${plane.url}${path}`)).status;
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);

  relay.cut();
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  expect((await plane.ask('{ revision }')).errors[0]?.extensions.code).toBe('UNAVAILABLE');
  const create = 'mutation { putVirtualKey(name: "k") { committed revision } }';
  expect((await plane.ask(create)).errors[0]?.extensions.code).toBe('UNAVAILABLE');
  expect(node.socket.readyState).toBe(node.socket.OPEN);

  await relay.mend();
  await vi.waitFor(async () => expect(await status('/readyz')).toBe(200), { timeout: 20_000 });
  expect((await plane.ask(create)).data).toEqual({ putVirtualKey: { committed: true, revision: 1 } });
  await node.reaches(1);
  expect(node.received).toEqual(['delta', 'delta']);
});
