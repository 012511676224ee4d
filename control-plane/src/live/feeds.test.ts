import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFleetWatch } from '../fleet/fleet-watch.ts';
import type { NodeStatus } from '../fleet/node-status.ts';
import type { Revision } from '../projection/revision-log.ts';
import { createNodeFeed } from './node-feed.ts';
import { createRevisionFeed } from './revision-feed.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unexpected = () => expect.unreachable();
const settle = () => vi.advanceTimersByTimeAsync(300);

test('each revision is published once and in order, also those whose announcement was lost', async () => {
  const log = [3, 5, 9, 10].map((revision) => ({ revision }) as Revision);
  const readAfter = vi.fn(async ({ revision }: { revision: number }) => log.filter((one) => one.revision > revision));
  const feed = createRevisionFeed({ readAfter, onFailure: unexpected });
  feed.announce(3);
  await settle();
  const items = feed.subscribe(unexpected);
  feed.announce(9);
  feed.announce(9);
  await settle();
  feed.announce(10);
  expect([await items.next(), await items.next(), await items.next()].map(({ value }) => value?.revision)).toEqual([
    5, 9, 10,
  ]);
  await items.return(undefined);
  readAfter.mockClear();
  feed.announce(11);
  await settle();
  expect(readAfter).not.toHaveBeenCalled();
});

test('what could not be read is read with the next announcement', async () => {
  const onFailure = vi.fn();
  let isAway = true;
  const feed = createRevisionFeed({
    async readAfter() {
      if (isAway) throw new Error('Postgres is away');
      return [{ revision: 1 } as Revision];
    },
    onFailure,
  });
  const items = feed.subscribe(unexpected);
  feed.announce(1);
  await settle();
  expect(onFailure).toHaveBeenCalledOnce();
  isAway = false;
  feed.announce(1);
  expect((await items.next()).value?.revision).toBe(1);
});

test('a node is published when something of it changed, not because time goes by, as it is by then', async () => {
  let nodes = [
    { nodeId: 'a', revision: 1, lagMs: 0 },
    { nodeId: 'b', revision: 1, lagMs: 0 },
  ] as NodeStatus[];
  const watch = createFleetWatch({ read: async () => nodes, onFailure: unexpected });
  const items = createNodeFeed(watch).subscribe(unexpected);
  await settle();
  for (const revision of [2, 3]) {
    nodes = nodes.map((node) => ({ ...node, lagMs: 5, ...(node.nodeId === 'b' && { revision }) }));
    watch.wake();
    await vi.advanceTimersByTimeAsync(1);
  }
  await settle();
  nodes = nodes.map((node) => ({ ...node, state: 'unknown' as const }));
  watch.wake();
  await settle();
  const seen = [await items.next(), await items.next(), await items.next()];
  expect(seen.map(({ value }) => [value?.nodeId, value?.revision, value?.state])).toEqual([
    ['b', 3, undefined],
    ['a', 1, 'unknown'],
    ['b', 3, 'unknown'],
  ]);
});

test('without subscriptions nothing is read', async () => {
  const read = vi.fn(async () => []);
  const watch = createFleetWatch({ read, onFailure: unexpected });
  const items = createNodeFeed(watch).subscribe(unexpected);
  await settle();
  await items.return(undefined);
  watch.wake();
  await settle();
  expect(watch.size()).toBe(0);
  read.mockClear();
  watch.wake();
  await settle();
  expect(read).not.toHaveBeenCalled();
});
