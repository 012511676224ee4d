import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFleetWatch } from './fleet-watch.ts';
import type { NodeStatus } from './node-status.ts';
import { createPropagation } from './propagation.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const node = (nodeId: string, change: Partial<NodeStatus> = {}): NodeStatus => ({
  nodeId,
  address: 'http://node',
  version: null,
  sealingKeys: null,
  replica: 'r',
  state: 'connected',
  stateSince: new Date(0),
  awayMs: 0,
  revision: 1,
  lagRevisions: 0,
  lagMs: 0,
  connectedAt: new Date(0),
  acknowledgedAt: null,
  lastError: null,
  ...change,
});

/** A fleet that the test changes; each change is noticed at once. */
function createTestFleet(...nodes: NodeStatus[]) {
  const table = new Map(nodes.map((one) => [one.nodeId, one]));
  let isAway = false;
  let readingMs = 0;
  const watch = createFleetWatch({
    async read() {
      if (readingMs > 0) await new Promise((resolve) => setTimeout(resolve, readingMs));
      if (isAway) throw new Error('Postgres is away');
      return [...table.values()];
    },
    onFailure: () => {},
  });
  const { waitFor } = createPropagation(watch, () => performance.now());
  return {
    wait: (target: 'all' | 'quorum', { timeoutMs = 1_000, isNew = true } = {}) =>
      waitFor({ revision: 2, target, timeoutMs, isNew }),
    async change(nodeId: string, change: Partial<NodeStatus>, afterMs = 0) {
      await vi.advanceTimersByTimeAsync(afterMs);
      table.set(nodeId, node(nodeId, change));
      watch.wake();
      await vi.advanceTimersByTimeAsync(0);
    },
    slowDown(ms: number) {
      readingMs = ms;
    },
    loseDatabase() {
      isAway = true;
    },
    watch,
  };
}

test('a wait for all ends when the last node has acknowledged, and tells how long each took', async () => {
  const fleet = createTestFleet(node('a'), node('b'));
  const report = fleet.wait('all');
  await fleet.change('a', { revision: 2 }, 10);
  await fleet.change('b', { revision: 3 }, 20);
  expect(await report).toEqual({
    revision: 2,
    reached: true,
    waitedMs: 30,
    enforcing: 2,
    behind: 0,
    away: 0,
    nodes: [
      { nodeId: 'a', outcome: 'acknowledged', waitedFor: true, reason: null, revision: 2, acknowledgedInMs: 10 },
      { nodeId: 'b', outcome: 'acknowledged', waitedFor: true, reason: null, revision: 3, acknowledgedInMs: 30 },
    ],
  });
  expect(fleet.watch.size()).toBe(0);
});

test('a wait for a quorum ends when more than half have acknowledged; half is not enough', async () => {
  const fleet = createTestFleet(node('a'), node('b'), node('c'), node('d'));
  const report = fleet.wait('quorum');
  await fleet.change('a', { revision: 2 });
  await fleet.change('b', { revision: 2 });
  expect(fleet.watch.size()).toBe(1);
  await fleet.change('c', { revision: 2 });
  const { reached, nodes } = await report;
  expect([reached, nodes.map(({ outcome }) => outcome)]).toEqual([
    true,
    ['acknowledged', 'acknowledged', 'acknowledged', 'pending'],
  ]);
});

test('when the time is up, it says of each node why it does not enforce the revision', async () => {
  const fleet = createTestFleet(
    node('late'),
    node('refusing', { lastError: 'the checksum does not match' }),
    node('away', { state: 'disconnected', awayMs: 5, lastError: 'the link was closed (1006)' }),
    node('lost', { state: 'unknown', replica: 'dead' }),
  );
  const report = fleet.wait('all', { timeoutMs: 500 });
  await vi.advanceTimersByTimeAsync(500);
  const { reached, waitedMs, nodes, ...counts } = await report;
  expect([reached, waitedMs]).toEqual([false, 500]);
  expect(counts).toEqual({ revision: 2, enforcing: 0, behind: 2, away: 2 });
  expect(nodes.every(({ waitedFor }) => waitedFor)).toBe(true);
  expect(nodes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['timed_out', 'it has not answered yet'],
    ['refused', 'the checksum does not match'],
    ['disconnected', 'the link was closed (1006)'],
    ['unknown', 'replica dead of the control plane is not heard of any more'],
  ]);
});

test('a node whose link ended a moment ago is waited for, one that is long gone is only counted as away', async () => {
  const gone = node('gone', { state: 'disconnected', awayMs: 60_000 });
  const between = node('between', { state: 'disconnected', awayMs: 100 });
  const fleet = createTestFleet(gone, between);
  const report = fleet.wait('all');
  await fleet.change('between', { revision: 2 }, 40);
  expect(await report).toMatchObject({
    reached: true,
    waitedMs: 40,
    enforcing: 1,
    behind: 0,
    away: 1,
    nodes: [
      { outcome: 'disconnected', waitedFor: false },
      { outcome: 'acknowledged', waitedFor: true },
    ],
  });
});

test('a node that acknowledged before it left is not away with an older revision', async () => {
  const fleet = createTestFleet(node('gone', { revision: 2, state: 'disconnected', awayMs: 60_000 }));
  expect(await fleet.wait('all')).toMatchObject({ reached: true, enforcing: 1, away: 0, nodes: [{ waitedFor: true }] });
});

test('of a revision that is not new, only those that acknowledge it while one waits have a time', async () => {
  const fleet = createTestFleet(node('a', { revision: 2 }), node('b'));
  const report = fleet.wait('all', { isNew: false });
  await fleet.change('b', { revision: 2 }, 5);
  expect((await report).nodes.map(({ acknowledgedInMs }) => acknowledgedInMs)).toEqual([null, 5]);
});

test('without nodes there is nothing to wait for; without the database nothing is known', async () => {
  expect(await createTestFleet().wait('all')).toMatchObject({ reached: true, nodes: [] });
  const fleet = createTestFleet(node('a', { revision: 2 }));
  fleet.loseDatabase();
  const report = fleet.wait('all', { timeoutMs: 2_000 });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await report).toMatchObject({ reached: false, enforcing: null, behind: null, away: null, nodes: [] });
});

test('however short the time is, the nodes are looked at once; if that cannot be, it is waited for a second', async () => {
  const fleet = createTestFleet(node('a', { revision: 2 }), node('b'));
  fleet.slowDown(300);
  const looked = fleet.wait('all', { timeoutMs: 0 });
  await vi.advanceTimersByTimeAsync(300);
  expect(await looked).toMatchObject({ reached: false, waitedMs: 300, enforcing: 1, behind: 1, away: 0 });
  fleet.loseDatabase();
  const report = fleet.wait('all', { timeoutMs: 0 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await report).toMatchObject({ reached: false, waitedMs: 1_000, away: null, nodes: [] });
});
