import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { probeOverHttp } from './probe.ts';

/** Long enough to answer; only a test of what does not answer waits for it. */
const TIMEOUT_MS = 200;

async function withServer<T>(listener: RequestListener, run: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const probe = (origin: string, path = '/', signal = new AbortController().signal) =>
  probeOverHttp({ origin, headers: ['authorization', 'Bearer sk-1'] }, path, TIMEOUT_MS, signal);

test('a provider is asked for the path as it is declared, with its credential', async () => {
  const seen: unknown[] = [];
  const status = await withServer(
    ({ method, url, headers }, response) => {
      seen.push([method, url, headers.authorization]);
      response.writeHead(207).end();
    },
    (origin) => probe(origin, '/a/../b?deep=1'),
  );
  expect(status).toBe(207);
  expect(seen).toEqual([['GET', '/a/../b?deep=1', 'Bearer sk-1']]);
});

test('an answer that does not end is one', async () => {
  const endless: RequestListener = (_, response) => void response.writeHead(200).write('and so on');
  expect(await withServer(endless, probe)).toBe(200);
});

test('none in time, a lost connection and a closed port are no answer', async () => {
  expect(await withServer(() => {}, probe)).toBeUndefined();
  expect(await withServer((_, response) => response.socket?.destroy(), probe)).toBeUndefined();
  const closed = await withServer(
    () => {},
    async (origin) => origin,
  );
  expect(await probe(closed)).toBeUndefined();
});

test('a check that is called off ends at once', async () => {
  const over = new AbortController();
  const probing = withServer(
    () => over.abort(),
    (origin) => probe(origin, '/', over.signal),
  );
  expect(await probing).toBeUndefined();
});
