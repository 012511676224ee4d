import type { GrantMessage, LeaseMessage, RecallMessage } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createHolderRoutes, type LinkedWorker } from './holder-routes.ts';
import { createRelayedLink } from './relayed-link.ts';

/** A node's link as the supervisor has it, with its other end. */
function fakeLink() {
  const sent: LeaseMessage[] = [];
  return { ...createRelayedLink((message) => sent.push(message) > 0), sent };
}

function setUp() {
  const node = fakeLink();
  const routes = createHolderRoutes<LinkedWorker>(node.link);
  const worker = (bootId: string) => {
    const relayed = { ...createRelayedLink(node.link.send), bootId };
    const heard: unknown[] = [];
    relayed.link.onMessage((message) => heard.push(message));
    relayed.link.onConnect(() => heard.push('up'));
    relayed.link.onDisconnect(() => heard.push('down'));
    return { relayed, heard };
  };
  return { node, routes, a: worker('run-a'), b: worker('run-b') };
}

const leaseOf = (holder: string): LeaseMessage => ({ type: 'lease', holder, seq: 1, items: [] });
const RECALL: RecallMessage = { type: 'recall', quotas: ['q'] };

test('workers hear when the link is up and down, and one that comes later how it stands', () => {
  const { node, routes, a, b } = setUp();
  routes.add(a.relayed);
  expect(a.relayed.link.send(leaseOf('run-a'))).toBe(false);
  node.setConnected(true);
  routes.add(b.relayed);
  node.setConnected(false);
  expect(a.heard).toEqual(['up', 'down']);
  expect(b.heard).toEqual(['up', 'down']);
  expect(b.relayed.link.isConnected()).toBe(false);
  expect(node.sent).toEqual([]);
});

test('an answer goes to the worker whose run asked, a recall to all, and an answer for one that is gone to nobody', () => {
  const { node, routes, a, b } = setUp();
  node.setConnected(true);
  for (const { relayed } of [a, b]) routes.add(relayed);
  expect(routes.holders()).toEqual(['run-a', 'run-b']);
  expect(a.relayed.link.send(leaseOf('run-a'))).toBe(true);
  b.relayed.link.send(leaseOf('run-b'));
  expect(node.sent).toEqual([leaseOf('run-a'), leaseOf('run-b')]);
  const forB: GrantMessage = { type: 'grant', holder: 'run-b', seq: 1, items: [], gone: [] };
  node.receive(forB);
  node.receive(RECALL);
  expect(a.heard).toEqual(['up', RECALL]);
  expect(b.heard).toEqual(['up', forB, RECALL]);

  routes.remove(b.relayed);
  expect(routes.holders()).toEqual(['run-a']);
  node.receive(forB);
  node.receive(RECALL);
  expect(b.heard).toHaveLength(3);
  expect(a.heard).toHaveLength(3);
});
