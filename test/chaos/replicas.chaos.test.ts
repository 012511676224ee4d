import { setTimeout as sleep } from 'node:timers/promises';
import { checksumOfLog, readAll, verifyLog } from '@tollgate/control-plane';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GraphqlClient } from '../support/graphql.ts';
import { waitFor } from '../support/wait-for.ts';
import { type ReplicatedSystem, startReplicas } from './replicas/start-replicas.ts';
import { startWriter, type Writer } from './replicas/writer.ts';
import { chooseSeed, createSeededRandom } from './seeded-random.ts';

const NODES = 5;
const KILLS = 3;
const KILLED_AFTER_MS_MAX = 600;
/** Large enough for a kill to find most commits half way. */
const TEAMS_PER_CHANGE_SET = 150;

let system: ReplicatedSystem;
beforeAll(async () => {
  system = await startReplicas({ nodes: NODES });
});
afterAll(() => system?.end());

type NodeRow = { readonly nodeId: string; readonly state: string; readonly revision: number; readonly replica: string };

const nodesOf = async (graphql: GraphqlClient): Promise<readonly NodeRow[]> =>
  (await graphql<{ nodes: readonly NodeRow[] }>('{ nodes { nodeId state revision replica } }')).nodes;

const connectedOf = async (graphql: GraphqlClient) =>
  (await nodesOf(graphql)).filter(({ state }) => state === 'CONNECTED');

async function acknowledgements(writers: readonly Writer[], more: number): Promise<void> {
  const before = writers.map(({ acknowledged }) => acknowledged.length);
  await waitFor(
    `${more} more commits of each writer`,
    () => writers.every(({ acknowledged }, index) => acknowledged.length >= (before[index] ?? 0) + more),
    60_000,
  );
}

/** What a client with this key is answered at each node. */
const askAll = (secret: string): Promise<number[]> =>
  Promise.all(
    system.gatewayUrls.map(
      async (url) => (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })).status,
    ),
  );

async function commit(graphql: GraphqlClient, change: object) {
  const { commitChangeSet } = await graphql<{ commitChangeSet: Committed }>(
    `mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { revision issuedSecrets { secret }
      propagation { reached nodes { outcome acknowledgedInMs } } } }`,
    { input: { changes: [change], awaitPropagation: { nodes: 'ALL', timeoutMs: 30_000 } } },
  );
  return commitChangeSet;
}

type Committed = {
  readonly revision: number;
  readonly issuedSecrets: readonly { readonly secret: string }[];
  readonly propagation: { readonly reached: boolean; readonly nodes: readonly { readonly outcome: string }[] };
};

test(`two replicas take writes, one is killed ${KILLS} times in mid-commit, a node is cut off and back: nothing acknowledged is lost, all end the same`, async () => {
  const random = createSeededRandom(chooseSeed());
  const { replicas, links, db } = system;
  const [steady, shaky] = replicas;
  await waitFor('all nodes to be linked', async () => (await connectedOf(steady.graphql)).length === NODES);
  const { issuedSecrets } = await commit(shaky.graphql, { putVirtualKey: { name: 'k', spec: {} } });
  const secret = issuedSecrets[0]?.secret ?? '';
  expect(await askAll(secret)).toEqual(Array(NODES).fill(200));

  const steadyWriters = [startWriter('a', steady.graphql, TEAMS_PER_CHANGE_SET), startWriter('b', steady.graphql, 2)];
  const shakyWriters = [startWriter('c', shaky.graphql, TEAMS_PER_CHANGE_SET), startWriter('d', shaky.graphql, 2)];
  const writers = [...steadyWriters, ...shakyWriters];
  await acknowledgements(writers, 2);
  for (const link of links) link.cut();
  let behind: readonly NodeRow[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await acknowledgements(writers, 1);
    await sleep(random.between(0, KILLED_AFTER_MS_MAX));
    await shaky.kill();
    await acknowledgements(steadyWriters, 2);
    if (kill === 0) {
      const others = 'the nodes that are not cut off to be linked to the replica that lives';
      await waitFor(others, async () => (await connectedOf(steady.graphql)).length === NODES - 1, 30_000);
      // The one that is cut off serves what it has, and is not waited for.
      expect(await askAll(secret)).toEqual(Array(NODES).fill(200));
      const { propagation } = await commit(steady.graphql, { putTag: { name: 'while-cut-off', spec: {} } });
      const outcomes = propagation.nodes.map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'ACKNOWLEDGED')).toHaveLength(NODES - 1);
      behind = (await nodesOf(steady.graphql)).filter(({ state }) => state !== 'CONNECTED');
      expect(behind).toHaveLength(1);
    }
    await shaky.start();
  }
  await acknowledgements(writers, 1);
  for (const link of links) link.mend();
  await waitFor(
    'all nodes to be linked again',
    async () => (await connectedOf(steady.graphql)).length === NODES,
    30_000,
  );
  await Promise.all(writers.map((writer) => writer.stop()));

  const blocked = await commit(shaky.graphql, { blockVirtualKey: { name: 'k' } });
  expect(blocked.propagation).toMatchObject({ reached: true, nodes: Array(NODES).fill({ outcome: 'ACKNOWLEDGED' }) });
  expect(await askAll(secret)).toEqual(Array(NODES).fill(401));
  const caughtUp = (await nodesOf(steady.graphql)).find(({ nodeId }) => nodeId === behind[0]?.nodeId);
  expect(caughtUp?.revision).toBeGreaterThan(behind[0]?.revision ?? 0);

  const events = await Array.fromAsync(readAll(db));
  const revisions = await db.selectFrom('revision').selectAll().orderBy('revision').execute();
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  const unanswered = writers.flatMap((writer) => writer.unanswered);
  const reasons = new Set(revisions.map(({ reason }) => reason));
  const found = { acknowledged: acknowledged.length, unanswered: unanswered.length };
  const committedAll = unanswered.filter((reason) => reasons.has(reason)).length;
  console.info('replicas', { seed: random.seed, ...found, ofThemCommitted: committedAll });

  // Kills did break commits that were under way, or this test proves nothing.
  expect(unanswered.length).toBeGreaterThanOrEqual(KILLS);
  expect(verifyLog(events)).toMatchObject({ ok: true });
  const changeSets = new Map(revisions.map(({ revision, change_set_id }) => [change_set_id, revision]));
  expect(acknowledged.filter(({ changeSetId, revision }) => changeSets.get(changeSetId) !== revision)).toEqual([]);
  // A change set is there as a whole or not at all, whether or not it was answered.
  const sizes = Map.groupBy(events, ({ metadata }) => metadata.changeSetId);
  for (const { change_set_id, reason } of revisions) {
    const expected = reason === null ? 1 : (/^[ac]-/.test(reason) ? TEAMS_PER_CHANGE_SET : 2) + 3;
    expect([reason, sizes.get(change_set_id)?.length]).toEqual([reason, expected]);
  }
  expect(sizes.size).toBe(revisions.length);

  const last = revisions.at(-1);
  expect(checksumOfLog(events)).toBe(last?.checksum);
  const nodes = await db.selectFrom('node').select(['revision', 'checksum']).execute();
  expect(nodes).toEqual(Array(NODES).fill({ revision: last?.revision, checksum: last?.checksum }));
  expect(await nodesOf(shaky.graphql)).toEqual(await nodesOf(steady.graphql));
});
