import { expect, onTestFinished, test, vi } from 'vitest';
import { createDatabase } from '../../database/database.ts';
import { linkHolders, noteShipped, settleHolder } from '../../quota/holder-store.ts';
import { commitAs } from '../../test-support/test-callers.ts';
import { createTestHolder, noReport } from '../../test-support/test-holder.ts';
import { startTestNode } from '../../test-support/test-node.ts';
import { startTestPlane } from '../../test-support/test-plane.ts';

const ID = 'team:t#requests/lifetime';
const RELEASE = `mutation ($nodeId: String!) {
  releaseHolders(nodeId: $nodeId, reason: "its disk is gone") { revision holders } }`;
const REMAINING = '{ quotas { edges { node { settled leased remaining } } } }';

async function startPlane() {
  const plane = await startTestPlane();
  const db = createDatabase(plane.databaseUrl);
  onTestFinished(() => db.destroy());
  const rateLimits = [{ limit: '10 requests', window: 'lifetime' }];
  await commitAs(plane.ask, [{ putTeam: { name: 't', spec: { rateLimits } } }]);
  const stateOf = async () => {
    const { data } = await plane.ask(REMAINING);
    return (data['quotas'] as unknown as { readonly edges: readonly { readonly node: object }[] }).edges[0]?.node;
  };
  return { plane, db, stateOf };
}

test('what a node holds that will not come back is free once an operator says so, as an event; what it spent stays', async () => {
  const { plane, db, stateOf } = await startPlane();
  await linkHolders(db, 'gone', ['g']);
  const gone = createTestHolder(plane.databaseUrl, 'g', 'gone');
  await gone({ quota: ID, need: 8, want: 8 });
  await gone({ quota: ID, slots: [{ ...noReport, slot: 0, granted: 8, spent: 3, reserved: 2 }] });
  expect(await stateOf()).toEqual({ settled: '3', leased: '5', remaining: '2' });
  const { data } = await plane.ask(RELEASE, { nodeId: 'gone' });
  expect(data['releaseHolders']).toEqual({ revision: 2, holders: ['g'] });
  expect(await stateOf()).toEqual({ settled: '3', leased: '0', remaining: '7' });
  const log = await plane.ask('{ events(first: 1) { edges { node { stream type data reason } } } }');
  expect(log.data['events']).toEqual({
    edges: [
      {
        node: {
          stream: 'node:gone',
          type: 'NodeHoldersReleased',
          data: { holders: ['g'] },
          reason: 'its disk is gone',
        },
      },
    ],
  });
  const again = await plane.ask(RELEASE, { nodeId: 'gone' });
  expect(again.data['releaseHolders']).toEqual({ revision: 2, holders: [] });
});

test('a run that was given up and goes on is taken back; one that comes back dead is settled by its records', async () => {
  const { plane, db, stateOf } = await startPlane();
  await linkHolders(db, 'n', ['h']);
  const holder = createTestHolder(plane.databaseUrl, 'h');
  await holder({ quota: ID, need: 8, want: 8 });
  await plane.ask(RELEASE, { nodeId: 'n' });
  expect(await holder({ quota: ID })).toBeUndefined();
  await linkHolders(db, 'n', ['h']);
  expect(await holder({ quota: ID, slots: [{ ...noReport, slot: 0, granted: 8, spent: 4 }] })).toMatchObject({
    held: 8,
  });
  await plane.ask(RELEASE, { nodeId: 'n' });
  await linkHolders(db, 'n', ['next']);
  await noteShipped(db, 'n', [{ holder: 'h', lastSeq: 6 }]);
  await settleHolder(db, 'h', [{ quota: ID, slot: 0, amount: 6 }]);
  expect(await stateOf()).toEqual({ settled: '6', leased: '0', remaining: '4' });
});

test('a run that an older link of its node took for ended goes on with its next message', async () => {
  const { plane, db } = await startPlane();
  const node = startTestNode(plane.url, 'n', { holders: ['now'] });
  await node.reaches(1);
  const isEnded = async (holder: string) => {
    const row = await db.selectFrom('quota_holder').select('ended_at').where('holder', '=', holder).executeTakeFirst();
    return row && row.ended_at !== null;
  };
  await vi.waitFor(async () => expect(await isEnded('now')).toBe(false));
  await linkHolders(db, 'n', ['before']);
  expect(await isEnded('now')).toBe(true);
  node.send({ type: 'shipped', runs: [] });
  const items = [{ quota: ID, slots: [], need: 1, waiting: 1, want: 1 }];
  node.send({ type: 'lease', holder: 'now', seq: 1, items });
  await vi.waitFor(async () => expect([await isEnded('now'), await isEnded('before')]).toEqual([false, true]));
  node.send({ type: 'lease', holder: 'now', seq: 2, items });
  await vi.waitFor(async () => {
    const leases = await db.selectFrom('quota_lease').select(['holder', 'granted']).execute();
    expect(leases).toEqual([{ holder: 'now', granted: 1 }]);
  });
});

test('a node says while it is linked which of its runs has ended and which has come', async () => {
  const { plane, db } = await startPlane();
  const node = startTestNode(plane.url, 'n', { holders: ['a', 'b'] });
  await node.reaches(1);
  const rows = () =>
    db.selectFrom('quota_holder').select(['holder', 'ended_at', 'last_seq']).orderBy('holder').execute();
  const live = (holder: string) => ({ holder, ended_at: null, last_seq: null });
  await vi.waitFor(async () => expect(await rows()).toEqual([live('a'), live('b')]));
  node.send({ type: 'holders', holders: ['b', 'c'] });
  const a = { holder: 'a', ended_at: expect.any(Date), last_seq: null };
  await vi.waitFor(async () => expect(await rows()).toEqual([a, live('b'), live('c')]));
  node.send({ type: 'shipped', runs: [{ holder: 'a', lastSeq: 5 }] });
  await vi.waitFor(async () => expect(await rows()).toEqual([{ ...a, last_seq: 5 }, live('b'), live('c')]));
});

test('a node that is linked is not given up, and says by its hello which of its runs are over', async () => {
  const { plane, db } = await startPlane();
  await linkHolders(db, 'n', ['before']);
  const node = startTestNode(plane.url, 'n', { holders: ['now'] });
  await node.reaches(1);
  node.send({ type: 'shipped', runs: [{ holder: 'before', lastSeq: 5 }] });
  await vi.waitFor(async () => {
    const rows = await db
      .selectFrom('quota_holder')
      .select(['holder', 'ended_at', 'last_seq'])
      .orderBy('holder')
      .execute();
    expect(rows).toEqual([
      { holder: 'before', ended_at: expect.any(Date), last_seq: 5 },
      { holder: 'now', ended_at: null, last_seq: null },
    ]);
  });
  await vi.waitFor(async () => {
    const { errors } = await plane.ask(RELEASE, { nodeId: 'n' });
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('is linked'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});
