import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createFleet } from './fleet.ts';
import { createLinkBook } from './link-book.ts';

/** A node that is linked, and what of its runs is written, for which nothing is to be had until `written` says so. */
function linkNode() {
  const news: string[] = [];
  const waiting: (() => void)[] = [];
  const write = (what: string) => {
    news.push(what);
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  const fleet = createFleet({
    source: { announce: () => true, latest: () => 0, deltaFrom: async () => undefined, isSound: async () => true },
    book: createLinkBook(),
    authority: { lease: async () => undefined },
    holders: {
      linked: (_, holders) => write(`go on: ${holders}`),
      shipped: (_, runs, live) => write(`ended: ${runs.map(({ holder }) => holder)}; not asked of: ${live}`),
    },
    onChange: () => {},
    logger: pino({ level: 'silent' }),
    now: () => new Date(0),
    newId: () => 'link',
  });
  onTestFinished(fleet.stop);
  const socket = Object.assign(new EventEmitter(), { readyState: WebSocket.OPEN, send: () => {}, close: () => {} });
  fleet.attach(socket as unknown as WebSocket);
  const say = (message: object) => socket.emit('message', JSON.stringify(message));
  say({ type: 'hello', protocol: 1, nodeId: 'n', revision: 0, checksum: '', address: '', holders: ['a', 'b'] });
  return { news, say, written: () => waiting.shift()?.() };
}

test('what a node says of its runs is written in its order: late, it says of those that go on what was said last, of those that ended only what was known then', async () => {
  const { news, say, written } = linkNode();
  await expect.poll(() => news).toEqual(['go on: a,b']);
  say({ type: 'shipped', runs: [{ holder: 'before', lastSeq: 1 }] });
  say({ type: 'holders', holders: ['b', 'c'] });
  say({ type: 'shipped', runs: [{ holder: 'a', lastSeq: 1 }] });
  say({ type: 'holders', holders: ['c', 'd'] });
  written();
  await expect.poll(() => news.slice(1)).toEqual(['ended: before; not asked of: a,b']);
  written();
  await expect.poll(() => news.slice(2)).toEqual(['go on: c,d']);
  written();
  await expect.poll(() => news.slice(3)).toEqual(['ended: a; not asked of: b,c']);
});
