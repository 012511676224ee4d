import { type ControlMessage, type Delta, SNAPSHOT_SCHEMA_VERSION } from '@tollgate/schema';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NodePosition } from '../snapshot/delta.ts';
import { createNodeLink } from './node-link.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const deltaOf = (from: number, to: number): Delta => ({
  schemaVersion: SNAPSHOT_SCHEMA_VERSION,
  from,
  to,
  operations: [],
  checksum: `sum ${to}`,
  signature: 's',
});
const at = (revision: number): NodePosition => ({ revision, checksum: `sum ${revision}` });
const hello = (revision: number) =>
  ({ type: 'hello', protocol: 1, nodeId: 'n', address: 'a', ...at(revision) }) as const;
const ack = (revision: number, checksum = `sum ${revision}`) => ({ type: 'ack', revision, checksum }) as const;

/** A link to a plane at `latest`; nodes below revision 5, and those with another checksum, are too far behind. */
function createTestLink() {
  const plane = { latest: 10, failing: false };
  const sent: string[] = [];
  const closed: string[] = [];
  const isOurs = ({ revision, checksum }: NodePosition) => checksum === `sum ${revision}`;
  const describe = (message: ControlMessage) =>
    message.type === 'delta' ? `delta ${message.delta.from}-${message.delta.to}` : message.type;
  const link = createNodeLink({
    source: {
      latest: () => plane.latest,
      async deltaFrom(position) {
        if (plane.failing) throw new Error('Postgres is away');
        return position.revision >= 5 && isOurs(position) ? deltaOf(position.revision, plane.latest) : undefined;
      },
      isSound: async (position) => isOurs(position),
    },
    send: (message) => sent.push(describe(message)),
    close: (reason) => closed.push(reason),
    onFailure: () => {},
  });
  return { link, plane, sent, closed };
}

test('a hello is answered with the delta, an empty one if the node is current', async () => {
  const behind = createTestLink();
  await behind.link.receive(hello(7));
  expect(behind.sent).toEqual(['delta 7-10']);
  const current = createTestLink();
  await current.link.receive(hello(10));
  expect(current.sent).toEqual(['delta 10-10']);
});

test('a node that is too far behind is told to pull', async () => {
  const { link, sent } = createTestLink();
  await link.receive(hello(0));
  expect(sent).toEqual(['pull']);
});

test('a node without the data keys of what it has is told to pull, although its revision is current', async () => {
  const { link, sent } = createTestLink();
  await link.receive({ ...hello(10), lacksDataKeys: true });
  expect(sent).toEqual(['pull']);
});

test('one delta is under way at a time; after the acknowledgement comes what was committed meanwhile, as one', async () => {
  const { link, plane, sent } = createTestLink();
  await link.receive(hello(10));
  plane.latest = 11;
  await link.pump();
  plane.latest = 12;
  await link.pump();
  expect(sent).toEqual(['delta 10-10']);
  await link.receive(ack(10));
  expect(sent).toEqual(['delta 10-10', 'delta 10-12']);
  await link.receive(ack(12));
  await link.pump();
  expect(sent).toHaveLength(2);
});

test('a node that acknowledges with another checksum than ours is told to pull', async () => {
  const { link, sent } = createTestLink();
  await link.receive(hello(9));
  await link.receive(ack(10, 'something else'));
  expect(sent).toEqual(['delta 9-10', 'pull']);
});

test('a node that refuses is told to pull, five seconds later', async () => {
  const { link, sent } = createTestLink();
  await link.receive(hello(9));
  await link.receive({ type: 'nack', revision: 10, reason: 'disk full' });
  await vi.advanceTimersByTimeAsync(4_999);
  expect(sent).toEqual(['delta 9-10']);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['delta 9-10', 'pull']);
});

test('while Postgres is away the node keeps its link, and the next announcement tries again', async () => {
  const { link, plane, sent, closed } = createTestLink();
  plane.failing = true;
  await link.receive(hello(9));
  expect([sent, closed]).toEqual([[], []]);
  plane.failing = false;
  await link.pump();
  expect(sent).toEqual(['delta 9-10']);
});

test('a node that does not answer within a minute loses its link', async () => {
  const { link, closed } = createTestLink();
  await link.receive(hello(9));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(closed).toEqual(['no answer in time']);
});

test('messages out of turn close the link', async () => {
  const { link, closed } = createTestLink();
  await link.receive(hello(9));
  await link.receive(hello(9));
  await link.receive(ack(10));
  await link.receive(ack(10));
  expect(closed).toEqual(['a second hello', 'an answer to nothing']);
});
