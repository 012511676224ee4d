import { sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Database } from '../database/database.ts';
import { createTestChangeSets, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import type { LinkRecord } from './node-link-record.ts';
import { forgetLongGone, NODE_CHANNEL, readNodes, removeReplica, writeLinks } from './node-table.ts';
import { startNotificationListener } from './notification-listener.ts';

const replica = (id: string) => ({ id, version: '1', sealingKeys: ['a1'], startedAt: new Date() });
const link = (linkId: string, change: Partial<LinkRecord> = {}): LinkRecord => ({
  nodeId: 'n',
  linkId,
  address: 'http://node',
  sealingKeys: null,
  version: '1',
  revision: 0,
  checksum: '',
  connectedAt: new Date(),
  acknowledgedAt: null,
  leftAt: null,
  lastError: null,
  ...change,
});

const isSilentSince = (db: Database, id: string, interval: string) =>
  sql`update replica set seen_at = now() - ${interval}::interval where id = ${id}`.execute(db);

test('a new link takes the node over; what the older replica says of it afterwards does not count', async () => {
  const { db } = await createTestDatabase();
  await writeLinks(db, replica('a'), [link('one', { revision: 3 })], ['one']);
  await writeLinks(db, replica('b'), [link('two', { revision: 5 })], ['two']);
  await writeLinks(db, replica('a'), [link('one', { revision: 4 })], []);
  await writeLinks(db, replica('a'), [link('one', { leftAt: new Date(), lastError: 'closed' })], []);
  expect(await readNodes(db)).toMatchObject([{ replica: 'b', revision: 5, state: 'connected', lastError: null }]);
  await writeLinks(db, replica('b'), [link('two', { revision: 6 })], []);
  expect(await readNodes(db)).toMatchObject([{ revision: 6 }]);
});

test('a node whose link ended is taken over by whoever says that it is linked there', async () => {
  const { db } = await createTestDatabase();
  await writeLinks(db, replica('a'), [link('one', { leftAt: new Date() })], ['one']);
  await writeLinks(db, replica('b'), [link('two')], []);
  expect(await readNodes(db)).toMatchObject([{ replica: 'b', state: 'connected' }]);
});

test('the nodes of a replica that is silent are unknown since it was last heard of, until they link to another', async () => {
  const { db } = await createTestDatabase();
  await writeLinks(db, replica('a'), [link('one', { revision: 2 })], ['one']);
  await isSilentSince(db, 'a', '20 seconds');
  const [lost] = await readNodes(db);
  expect(lost).toMatchObject({ state: 'unknown', replica: 'a', revision: 2 });
  expect(lost?.stateSince.getTime()).toBeLessThan(Date.now() - 19_000);
  await removeReplica(db, 'a');
  expect(await readNodes(db)).toMatchObject([{ state: 'unknown' }]);
  await writeLinks(db, replica('b'), [link('two')], ['two']);
  expect(await readNodes(db)).toMatchObject([{ state: 'connected', replica: 'b' }]);
});

test('how far a node is behind is told in revisions and in the time since the first that it lacks', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  for (const name of ['x', 'y', 'z']) await changeSets.commit({ changes: [put('team', name, {})] }, TEST_ORIGIN);
  await sql`update revision set committed_at = now() - make_interval(mins => 10 - revision::int)`.execute(db);
  await writeLinks(db, replica('a'), [link('one', { revision: 1 }), link('c', { nodeId: 'm', revision: 3 })], []);
  const [current, behind] = await readNodes(db);
  expect(current).toMatchObject({ nodeId: 'm', lagRevisions: 0, lagMs: 0 });
  expect(behind).toMatchObject({ nodeId: 'n', lagRevisions: 2 });
  expect(Math.round((behind?.lagMs ?? 0) / 60_000)).toBe(8);
});

test('replicas are told when a node changed, and not when only a sign of life was renewed', async () => {
  const { db, url } = await createTestDatabase();
  const onNode = vi.fn();
  const onCatchUp = vi.fn();
  const listener = startNotificationListener({
    databaseUrl: url,
    logger: { warn: () => {} } as never,
    channels: { [NODE_CHANNEL]: onNode, mark: onNode },
    onCatchUp,
  });
  onTestFinished(listener.stop);
  await vi.waitFor(() => expect(onCatchUp).toHaveBeenCalled());
  const mark = (payload: string) => sql`select pg_notify('mark', ${payload})`.execute(db);
  await writeLinks(db, replica('a'), [link('one')], ['one']);
  await mark('after the first');
  await writeLinks(db, replica('a'), [], []);
  await writeLinks(db, replica('a'), [link('one', { connectedAt: (await readNodes(db))[0]?.connectedAt as Date })], []);
  await mark('the end');
  await vi.waitFor(() => expect(onNode).toHaveBeenCalledWith('the end'));
  expect(onNode.mock.calls.flat()).toEqual(['', 'after the first', 'the end']);
});

test('nodes and replicas that were not heard of for a day are forgotten', async () => {
  const { db } = await createTestDatabase();
  const long = new Date(Date.now() - 2 * 86_400_000);
  await writeLinks(db, replica('dead'), [link('one', { nodeId: 'of the dead', connectedAt: long })], []);
  await isSilentSince(db, 'dead', '2 days');
  await writeLinks(db, replica('a'), [link('one', { nodeId: 'gone', leftAt: long })], []);
  await writeLinks(db, replica('a'), [link('one', { nodeId: 'linked for long', connectedAt: long })], []);
  await forgetLongGone(db);
  expect((await readNodes(db)).map(({ nodeId }) => nodeId)).toEqual(['linked for long']);
});
