import { sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createDatabase } from '../../database/database.ts';
import { startTestNode } from '../../test-support/test-node.ts';
import { startTestPlane, type TestPlane } from '../../test-support/test-plane.ts';

const PROPAGATION =
  'propagation { revision reached enforcing behind away nodes { nodeId outcome waitedFor revision acknowledgedInMs reason } }';

type Awaiting = { readonly nodes?: 'ALL' | 'QUORUM'; readonly timeoutMs?: number };

async function putTeam(plane: TestPlane, name: string, awaitPropagation?: Awaiting): Promise<unknown> {
  const { data, errors } = await plane.ask(
    `mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed ${PROPAGATION} } }`,
    { input: { changes: [{ putTeam: { name, spec: {} } }], awaitPropagation } },
  );
  return data?.['commitChangeSet'] ?? errors;
}

const acknowledged = (nodeId: string, revision: number) => ({
  nodeId,
  outcome: 'ACKNOWLEDGED',
  waitedFor: true,
  revision,
  acknowledgedInMs: expect.any(Number),
  reason: null,
});

const waiting = { waitedFor: true, revision: 0, acknowledgedInMs: null };

test('a mutation waits until all nodes enforce it, whichever replica they are linked to', async () => {
  const one = await startTestPlane();
  const other = await startTestPlane({ databaseUrl: one.databaseUrl });
  const nodes = [startTestNode(one.url, 'a'), startTestNode(other.url, 'b'), startTestNode(other.url, 'c')];
  await Promise.all(nodes.map((node) => node.reaches(0)));
  expect(await putTeam(one, 't', { nodes: 'ALL' })).toEqual({
    committed: true,
    propagation: {
      ...{ revision: 1, reached: true, enforcing: 3, behind: 0, away: 0 },
      nodes: ['a', 'b', 'c'].map((nodeId) => acknowledged(nodeId, 1)),
    },
  });
  for (const { replica } of nodes) expect(replica.position().revision).toBe(1);
});

test('what is committed already can be waited for again, and later', async () => {
  const plane = await startTestPlane();
  await startTestNode(plane.url, 'a').reaches(0);
  expect(await putTeam(plane, 't')).toEqual({ committed: true, propagation: null });
  expect(await putTeam(plane, 't', {})).toMatchObject({
    committed: false,
    propagation: { revision: 1, reached: true },
  });
  const { data } = await plane.ask(
    '{ awaitPropagation(revision: 1, options: { nodes: QUORUM }) { revision reached nodes { nodeId outcome } } }',
  );
  const nodes = [{ nodeId: 'a', outcome: 'ACKNOWLEDGED' }];
  expect(data['awaitPropagation']).toEqual({ revision: 1, reached: true, nodes });
});

test('a node that refuses, and one that left, are named with the reason when the time is up', async () => {
  const plane = await startTestPlane();
  const gone = startTestNode(plane.url, 'gone');
  const refusing = startTestNode(plane.url, 'refusing', { refuses: 'the disk is full' });
  await Promise.all([gone.reaches(0), refusing.reaches(0)]);
  gone.socket.terminate();
  await vi.waitFor(async () => {
    expect((await plane.ask('{ nodes { state } }')).data['nodes']).toContainEqual({ state: 'DISCONNECTED' });
  });
  expect(await putTeam(plane, 't', { timeoutMs: 300 })).toEqual({
    committed: true,
    propagation: {
      ...{ revision: 1, reached: false, enforcing: 0, behind: 1, away: 1 },
      nodes: [
        { ...waiting, nodeId: 'gone', outcome: 'DISCONNECTED', reason: expect.any(String) },
        { ...waiting, nodeId: 'refusing', outcome: 'REFUSED', reason: 'the disk is full' },
      ],
    },
  });
});

test('a node that is away for long is not waited for, and counted beside the answer that all others enforce it', async () => {
  const plane = await startTestPlane();
  const db = createDatabase(plane.databaseUrl);
  onTestFinished(() => db.destroy());
  const [gone, here] = [startTestNode(plane.url, 'gone'), startTestNode(plane.url, 'here')];
  await Promise.all([gone.reaches(0), here.reaches(0)]);
  gone.socket.terminate();
  await vi.waitFor(async () => {
    const { numUpdatedRows } = await db
      .updateTable('node')
      .set({ left_at: sql`now() - interval '31 seconds'` })
      .where('node_id', '=', 'gone')
      .where('left_at', 'is not', null)
      .executeTakeFirst();
    expect(numUpdatedRows).toBe(1n);
  });
  expect(await putTeam(plane, 't', { nodes: 'ALL' })).toEqual({
    committed: true,
    propagation: {
      ...{ revision: 1, reached: true, enforcing: 1, behind: 0, away: 1 },
      nodes: [
        { ...waiting, nodeId: 'gone', outcome: 'DISCONNECTED', waitedFor: false, reason: expect.any(String) },
        acknowledged('here', 1),
      ],
    },
  });
});

test('a wait that cannot be is refused before anything is committed', async () => {
  const plane = await startTestPlane();
  expect(await putTeam(plane, 't', { timeoutMs: 60_001 })).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect((await plane.ask('{ revision }')).data).toEqual({ revision: 0 });
  const { errors } = await plane.ask('{ awaitPropagation(revision: 1) { reached } }');
  expect(errors).toMatchObject([{ message: 'there is no revision 1; the current one is 0' }]);
});

test('a plane that stops ends the waits with what is known', async () => {
  const plane = await startTestPlane();
  await startTestNode(plane.url, 'silent', { refuses: 'never mind' }).reaches(0);
  const commit = putTeam(plane, 't', { timeoutMs: 60_000 });
  await vi.waitFor(async () => expect((await plane.ask('{ revision }')).data).toEqual({ revision: 1 }));
  await plane.stop();
  expect(await commit).toMatchObject({ committed: true, propagation: { reached: false } });
});
