import { FLEET_PATH, SNAPSHOT_PATH } from '@tollgate/schema';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { internalHeaders, startTestNode } from '../test-support/test-node.ts';
import { startTestPlane, type TestPlane } from '../test-support/test-plane.ts';

const putTeam = (plane: TestPlane, name: string) =>
  plane.ask('mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed revision } }', {
    input: { changes: [{ putTeam: { name, spec: {} } }] },
  });

test('nodes follow every commit and say so; what they have adds up to the checksum', async () => {
  const plane = await startTestPlane();
  await putTeam(plane, 'before');
  const nodes = ['a', 'b', 'c'].map((nodeId) => startTestNode(plane.url, nodeId));
  for (let index = 0; index < 10; index += 1) await putTeam(plane, `t${index}`);
  await Promise.all(nodes.map((node) => node.reaches(11)));
  for (const { replica } of nodes) expect(replica.items()).toHaveLength(11);
  await vi.waitFor(async () => {
    const { data } = await plane.ask('{ nodes { nodeId connected revision lag acknowledgedAt lastError } }');
    expect(data['nodes']).toEqual(
      ['a', 'b', 'c'].map((nodeId) => ({
        nodeId,
        connected: true,
        revision: 11,
        lag: 0,
        acknowledgedAt: expect.any(String),
        lastError: null,
      })),
    );
  });
});

test('a commit through one replica of the control plane reaches nodes that are linked to another', async () => {
  const one = await startTestPlane();
  const other = await startTestPlane({ databaseUrl: one.databaseUrl });
  const node = startTestNode(other.url, 'n');
  await node.reaches(0);
  await putTeam(one, 't');
  await node.reaches(1);
  expect(node.replica.items()).toMatchObject([{ kind: 'team', id: 't' }]);
});

test('a node that is far behind pulls, and then gets deltas', async () => {
  const plane = await startTestPlane();
  const changes = Array.from({ length: 1_200 }, (_, index) => ({ putTeam: { name: `t${index}`, spec: {} } }));
  await plane.ask('mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed } }', {
    input: { changes },
  });
  const node = startTestNode(plane.url, 'n');
  await node.reaches(1_200);
  await putTeam(plane, 'one more');
  await putTeam(plane, 'one-more');
  await node.reaches(1_201);
  expect(node.received).toEqual(['pull', 'delta']);
});

test('without the internal token there is neither link nor snapshot', async () => {
  const { url } = await startTestPlane();
  for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
    expect((await fetch(`${url}${SNAPSHOT_PATH}`, { headers })).status).toBe(401);
    const socket = new WebSocket(`${url.replace('http', 'ws')}${FLEET_PATH}`, { headers });
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(error.message).toContain('401');
  }
  expect((await fetch(`${url}${SNAPSHOT_PATH}`, { headers: internalHeaders })).status).toBe(200);
});

test('what is not of the protocol is refused with a reason, and the plane lives on', async () => {
  const plane = await startTestPlane();
  const node = startTestNode(plane.url, 'n');
  await node.reaches(0);
  node.send({ type: 'hello', protocol: 99 });
  expect(await node.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('fleet protocol') });
  expect(node.received.at(-1)).toBe('refused');
  await vi.waitFor(async () => {
    const { data } = await plane.ask('{ nodes { connected lastError } }');
    expect(data['nodes']).toEqual([{ connected: false, lastError: 'the link was closed (1008)' }]);
  });
});

test('a node that links again takes over from its older link', async () => {
  const plane = await startTestPlane();
  const older = startTestNode(plane.url, 'n');
  await older.reaches(0);
  const newer = startTestNode(plane.url, 'n');
  await newer.reaches(0);
  expect(await older.closed).toMatchObject({ code: 1008 });
  await vi.waitFor(async () => {
    const { data } = await plane.ask('{ nodes { nodeId connected } }');
    expect(data['nodes']).toEqual([{ nodeId: 'n', connected: true }]);
  });
});

test('a plane that stops closes its links and finishes', async () => {
  const plane = await startTestPlane();
  const node = startTestNode(plane.url, 'n');
  await node.reaches(0);
  await plane.stop();
  expect(await node.closed).toMatchObject({ code: 1001 });
});
