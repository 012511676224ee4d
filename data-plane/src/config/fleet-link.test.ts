import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenChoice, type NodeMessage } from '@tollgate/schema';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { keyring, signedDelta, team } from './config-fixture.ts';
import { createConfigStore } from './config-store.ts';
import type { DiskCopy } from './disk-copy.ts';
import { createFleetLink } from './fleet-link.ts';

/** A replica of the control plane that tells what it hears. */
async function startReplica(accepted?: string) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new WebSocketServer({
    server,
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      accepted === undefined || req.headers.authorization === `Bearer ${accepted}`,
  });
  const links: WebSocket[] = [];
  const heard: NodeMessage[] = [];
  sockets.on('connection', (link) => {
    links.push(link);
    link.on('message', (data) => heard.push(JSON.parse(String(data)) as NodeMessage));
  });
  onTestFinished(() => {
    for (const link of sockets.clients) link.terminate();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, links, heard, server };
}

const noDisk: DiskCopy = {
  load: async () => undefined,
  catchUp: async (state) => state,
  dataKeys: async () => [],
  receive: () => expect.unreachable(),
  append: async () => {},
};

function startLink(controlPlaneUrls: readonly string[], tokens: readonly string[] = keyring.internalTokens) {
  const link = createFleetLink({
    controlPlaneUrls,
    tokens: createTokenChoice(tokens),
    sealingKeys: [],
    nodeId: 'n',
    address: () => 'http://node',
    store: createConfigStore(keyring, noDisk),
    log: pino({ level: 'silent' }),
  });
  link.start();
  onTestFinished(link.stop);
  return link;
}

test('a node that loses its replica dials another, and says what it has by then', async () => {
  const replicas = [await startReplica(), await startReplica()];
  startLink(replicas.map(({ url }) => url));
  await expect.poll(() => replicas.flatMap(({ heard }) => heard)).toMatchObject([{ type: 'hello', revision: 0 }]);
  const [first, other] = replicas[0]?.links.length ? replicas : replicas.toReversed();
  first?.links[0]?.send(
    JSON.stringify({ type: 'delta', delta: signedDelta(0, 3, [{ op: 'put', item: team('t') }], [team('t')]) }),
  );
  await expect.poll(() => first?.heard[1]).toMatchObject({ type: 'ack', revision: 3 });
  first?.links[0]?.terminate();
  first?.server.close();
  await expect.poll(() => other?.heard, { timeout: 5_000 }).toMatchObject([{ type: 'hello', revision: 3 }]);
});

test.each([
  ['the previous', ['new', 'old'], 'old'],
  ['the current', ['new', 'old'], 'new'],
])('a node links to a replica that takes only the token of %s sealing key', async (_, tokens, accepted) => {
  const replica = await startReplica(accepted);
  startLink([replica.url], tokens);
  await expect.poll(() => replica.heard).toMatchObject([{ type: 'hello' }]);
});

test('of two replicas of which each takes another token, one is reached', async () => {
  const replicas = [await startReplica('old'), await startReplica('new')];
  startLink(
    replicas.map(({ url }) => url),
    ['new', 'old'],
  );
  await expect.poll(() => replicas.flatMap(({ heard }) => heard)).toMatchObject([{ type: 'hello' }]);
});

test('what is no configuration is passed on as it came, past a configuration that is being read, and sent as it is given', async () => {
  const replica = await startReplica();
  const link = startLink([replica.url]);
  const passed: unknown[] = [];
  const ups: string[] = [];
  link.onMessage((message) => passed.push(message));
  link.onConnect(() => ups.push('up'));
  link.onDisconnect(() => ups.push('down'));
  expect(link.send({ type: 'question', holder: 'h' })).toBe(false);
  await expect.poll(() => ups).toEqual(['up']);

  const question = { type: 'question', holder: 'h', of: { any: 'form' } };
  expect(link.send(question)).toBe(true);
  const answer = { type: 'answer', holder: 'h', items: [1] };
  replica.links[0]?.send(
    JSON.stringify({ type: 'delta', delta: signedDelta(0, 3, [{ op: 'put', item: team('t') }], [team('t')]) }),
  );
  replica.links[0]?.send(JSON.stringify(answer));
  await expect.poll(() => passed).toEqual([answer]);
  await expect.poll(() => replica.heard).toMatchObject([{ type: 'hello' }, question, { type: 'ack', revision: 3 }]);

  replica.links[0]?.terminate();
  await expect.poll(() => ups).toEqual(['up', 'down', 'up']);
});
