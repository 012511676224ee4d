import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { findProviderRow } from '@tollgate/schema';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ChatRequest } from '../chat/chat-request.ts';
import { createDeploymentState } from '../routing/deployment-state.ts';
import type { Deployment, Timeouts } from '../routing/route.ts';
import { createHttpUpstream } from './http-upstream.ts';
import type { UpstreamCall } from './upstream.ts';

const upstream = createHttpUpstream();
let servers: (Server | TcpServer)[] = [];
afterEach(async () => {
  await upstream.close();
  for (const server of servers) server.close();
  servers = [];
});

function listen<T extends Server | TcpServer>(server: T): Promise<number> {
  servers.push(server);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}
const http = (listener: RequestListener) => listen(createServer(listener));
const tcp = (listener: (socket: Socket) => void) =>
  listen(createTcpServer((socket) => void listener(socket.on('error', () => {}))));

function deploymentAt(port: number): Deployment {
  const row = findProviderRow('openai-compatible');
  if (!row) throw new Error('no row');
  const origin = `http://127.0.0.1:${port}`;
  return {
    name: 'd',
    weight: 1,
    tags: [],
    rpm: undefined,
    tpm: undefined,
    contextTokens: undefined,
    tokenizer: undefined,
    providerName: 'p',
    row,
    upstreamModel: 'm',
    origin,
    path: '/v1/chat',
    headers: ['x-a', 'b'],
    credential: undefined,
    mock: undefined,
    state: createDeploymentState('m', 'd'),
  };
}

type Answer = { status: number; body: string; failure: string | undefined };

const timeoutsOf = (ms: number): Timeouts => ({ connectMs: ms, firstTokenMs: ms, idleMs: ms });

function send(
  deployment: Deployment,
  body = '{}',
  timeouts = timeoutsOf(60_000),
  onData?: (call: UpstreamCall) => void,
) {
  const answer: Answer = { status: 0, body: '', failure: undefined };
  let call: UpstreamCall | undefined;
  const done = new Promise<Answer>((resolve) => {
    call = upstream.dispatch(
      { requestId: 'r', deployment, chat: {} as ChatRequest, body: Buffer.from(body), timeouts },
      {
        onHead(status) {
          answer.status = status;
        },
        onData(chunk) {
          answer.body += chunk.toString();
          if (call) onData?.(call);
        },
        onEnd: () => resolve(answer),
        onFailure(error) {
          answer.failure = error.code;
          resolve(answer);
        },
      },
    );
  });
  return { done, call: call as unknown as UpstreamCall };
}

const echo: RequestListener = (req: IncomingMessage, res: ServerResponse) => {
  let body = '';
  req.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  req.on('end', () => res.end(`${req.method} ${req.url} ${req.headers['x-a']} ${body}`));
};

describe('calls over HTTP', () => {
  test('bring the request as it is, and its answer', async () => {
    const port = await http(echo);
    const large = 'x'.repeat(600_000);
    expect(await send(deploymentAt(port), large).done).toEqual({
      status: 200,
      body: `POST /v1/chat b ${large}`,
      failure: undefined,
    });
  });

  test('that follow one another share a connection; those at the same time do not', async () => {
    const ports = new Set<number | undefined>();
    const port = await http((req, res) => {
      ports.add(req.socket.remotePort);
      echo(req, res);
    });
    const deployment = deploymentAt(port);
    for (let count = 0; count < 5; count += 1) await send(deployment).done;
    expect(ports.size).toBe(1);
    await Promise.all([send(deployment).done, send(deployment).done, send(deployment).done]);
    expect(ports.size).toBe(3);
  });

  test('a kept connection that the server closed meanwhile is not used again', async () => {
    const sockets: Socket[] = [];
    const port = await http((req, res) => {
      sockets.push(req.socket);
      echo(req, res);
    });
    const deployment = deploymentAt(port);
    await send(deployment).done;
    sockets[0]?.destroy();
    await vi.waitFor(() => expect(sockets[0]?.closed).toBe(true));
    await new Promise((resolve) => setImmediate(resolve));
    await vi.waitFor(async () => expect((await send(deployment).done).failure).toBeUndefined());
  });

  test('a cancelled call closes its connection, so that the provider stops', async () => {
    let isClosed = false;
    const port = await http((_req, res) => {
      res.on('close', () => {
        isClosed = true;
      });
      res.write('first');
    });
    const { call } = send(deploymentAt(port), '{}', timeoutsOf(60_000), (running) => running.cancel());
    await vi.waitFor(() => expect(isClosed).toBe(true), 5_000);
    call.cancel();
  });

  test('a paused call stops the provider by backpressure, and goes on', async () => {
    const total = 64 * 1_048_576;
    let written = 0;
    const port = await http((_req, res) => {
      const block = Buffer.alloc(65_536, 'x');
      const more = () => {
        while (written < total) {
          written += block.length;
          if (!res.write(block)) return void res.once('drain', more);
        }
        res.end();
      };
      more();
    });
    let isFirst = true;
    const { done, call } = send(deploymentAt(port), '{}', timeoutsOf(60_000), (running) => {
      if (isFirst) running.pause();
      isFirst = false;
    });
    let before = -1;
    await vi.waitFor(
      () => {
        const isStill = written > 0 && written === before;
        before = written;
        expect(isStill).toBe(true);
      },
      { timeout: 10_000, interval: 300 },
    );
    expect(written).toBeLessThan(total);
    call.resume();
    expect((await done).body.length).toBe(total);
  });
});

describe('a provider that fails', () => {
  test.each([
    [
      'closes before it answers',
      (socket: Socket) => void socket.once('data', () => socket.end()),
      'upstream_connection_reset',
    ],
    [
      'resets before it answers',
      (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy()),
      'upstream_connection_reset',
    ],
    [
      'breaks off in its body',
      (socket: Socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')),
      'upstream_connection_reset',
    ],
    [
      'does not speak HTTP',
      (socket: Socket) => void socket.once('data', () => socket.end('nonsense\r\n\r\n')),
      'upstream_invalid_response',
    ],
  ])('%s is reported as such', async (_, listener, code) => {
    expect((await send(deploymentAt(await tcp(listener))).done).failure).toBe(code);
  });

  test('is not there', async () => {
    const port = await http(echo);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect((await send(deploymentAt(port)).done).failure).toBe('upstream_refused_connection');
  });

  test.each([
    ['never answers', (_socket: Socket) => {}],
    [
      'falls silent in its body',
      (socket: Socket) =>
        void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')),
    ],
  ])('%s is given up after the time allowed', async (_, listener) => {
    expect((await send(deploymentAt(await tcp(listener)), '{}', timeoutsOf(50)).done).failure).toBe('upstream_timeout');
  });

  test('sends its first word and then nothing is given up after the time between two pieces', async () => {
    const port = await tcp(
      (socket) => void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\na')),
    );
    const timeouts = { connectMs: 60_000, firstTokenMs: 60_000, idleMs: 50 };
    expect((await send(deploymentAt(port), '{}', timeouts).done).failure).toBe('upstream_timeout');
  });

  test('sends a head and no body is given up after the time for the first token', async () => {
    const port = await tcp(
      (socket) => void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n')),
    );
    const timeouts = { connectMs: 60_000, firstTokenMs: 50, idleMs: 60_000 };
    expect((await send(deploymentAt(port), '{}', timeouts).done).failure).toBe('upstream_timeout');
  });
});
