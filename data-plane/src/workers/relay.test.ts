import { expect, test } from 'vitest';
import type { PassedMessage } from '../config/control-link.ts';
import { createHolderRoutes } from './holder-routes.ts';
import { createRelayedLink } from './relayed-link.ts';

/** A node's link as the supervisor has it, with its other end. */
function fakeLink() {
  const inner = createRelayedLink((message) => sent.push(message) > 0);
  const sent: PassedMessage[] = [];
  return { ...inner, sent };
}

function setUp() {
  const node = fakeLink();
  const routes = createHolderRoutes<ReturnType<typeof createRelayedLink>>(node.link);
  const worker = () => {
    const relayed: ReturnType<typeof createRelayedLink> = createRelayedLink((message) => {
      routes.send(relayed, message);
      return true;
    });
    const heard: unknown[] = [];
    relayed.link.onMessage((message) => heard.push(message));
    relayed.link.onConnect(() => heard.push('up'));
    relayed.link.onDisconnect(() => heard.push('down'));
    return { relayed, heard };
  };
  return { node, routes, a: worker(), b: worker() };
}

test('workers hear when the link is up and down, and one that comes later how it stands', () => {
  const { node, routes, a, b } = setUp();
  routes.add(a.relayed);
  expect(a.relayed.link.send({ type: 'lease', holder: 'a' })).toBe(false);
  node.setConnected(true);
  routes.add(b.relayed);
  node.setConnected(false);
  expect(a.heard).toEqual(['up', 'down']);
  expect(b.heard).toEqual(['up', 'down']);
  expect(b.relayed.link.isConnected()).toBe(false);
  expect(node.sent).toEqual([]);
});

test('an answer goes to the worker that speaks for its holder, what names none to all, and for one that is gone to nobody', () => {
  const { node, routes, a, b } = setUp();
  node.setConnected(true);
  for (const { relayed } of [a, b]) routes.add(relayed);
  expect(a.relayed.link.send({ type: 'lease', holder: 'run-a' })).toBe(true);
  b.relayed.link.send({ type: 'lease', holder: 'run-b' });
  expect(node.sent).toEqual([
    { type: 'lease', holder: 'run-a' },
    { type: 'lease', holder: 'run-b' },
  ]);
  const forB = { type: 'grant', holder: 'run-b', seq: 1 };
  node.receive(forB);
  node.receive({ type: 'recall' });
  expect(a.heard).toEqual(['up', { type: 'recall' }]);
  expect(b.heard).toEqual(['up', forB, { type: 'recall' }]);

  routes.remove(b.relayed);
  node.receive(forB);
  node.receive({ type: 'recall' });
  expect(b.heard).toHaveLength(3);
  expect(a.heard).toHaveLength(3);
});
