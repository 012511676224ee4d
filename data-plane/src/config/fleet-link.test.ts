import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenChoice, type GrantMessage, type LeaseMessage, type NodeMessage } from '@tollgate/schema';
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

function startLink(
  controlPlaneUrls: readonly string[],
  {
    tokens = keyring.internalTokens,
    holders = () => [],
  }: { tokens?: readonly string[]; holders?: () => string[] } = {},
) {
  const link = createFleetLink({
    controlPlaneUrls,
    tokens: createTokenChoice(tokens),
    sealingKeys: [],
    nodeId: 'n',
    address: () => 'http://node',
    store: createConfigStore(keyring, noDisk),
    log: pino({ level: 'silent' }),
    holders,
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
  startLink([replica.url], { tokens });
  await expect.poll(() => replica.heard).toMatchObject([{ type: 'hello' }]);
});

test('of two replicas of which each takes another token, one is reached', async () => {
  const replicas = [await startReplica('old'), await startReplica('new')];
  startLink(
    replicas.map(({ url }) => url),
    { tokens: ['new', 'old'] },
  );
  await expect.poll(() => replicas.flatMap(({ heard }) => heard)).toMatchObject([{ type: 'hello' }]);
});

test('what is said of quotas is passed on as it came, past a configuration that is being read, and sent as it is given', async () => {
  const replica = await startReplica();
  const link = startLink([replica.url]);
  const passed: unknown[] = [];
  const ups: string[] = [];
  link.onMessage((message) => passed.push(message));
  link.onConnect(() => ups.push('up'));
  link.onDisconnect(() => ups.push('down'));
  const question: LeaseMessage = { type: 'lease', holder: 'h', seq: 1, items: [] };
  expect(link.send(question)).toBe(false);
  await expect.poll(() => ups).toEqual(['up']);

  expect(link.send(question)).toBe(true);
  const answer: GrantMessage = { type: 'grant', holder: 'h', seq: 1, items: [], gone: ['none'] };
  replica.links[0]?.send(
    JSON.stringify({ type: 'delta', delta: signedDelta(0, 3, [{ op: 'put', item: team('t') }], [team('t')]) }),
  );
  replica.links[0]?.send(JSON.stringify(answer));
  await expect.poll(() => passed).toEqual([answer]);
  await expect.poll(() => replica.heard).toMatchObject([{ type: 'hello' }, question, { type: 'ack', revision: 3 }]);

  replica.links[0]?.terminate();
  await expect.poll(() => ups).toEqual(['up', 'down', 'up']);
});

test('each link begins with the runs that go on by then', async () => {
  const replica = await startReplica();
  let holders = ['a', 'b'];
  const link = startLink([replica.url], { holders: () => holders });
  await expect.poll(() => replica.heard).toMatchObject([{ type: 'hello', holders }]);
  holders = ['b', 'c'];
  expect(link.tell({ type: 'holders', holders })).toBe(true);
  await expect.poll(() => replica.heard[1]).toEqual({ type: 'holders', holders });
  replica.links[0]?.terminate();
  await expect.poll(() => replica.heard[2]).toMatchObject({ type: 'hello', holders });
});
