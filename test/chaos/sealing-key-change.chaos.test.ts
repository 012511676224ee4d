import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completion } from '../support/chunks.ts';
import type { GraphqlClient } from '../support/graphql.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer } from '../support/provider-scripts.ts';
import { putKey, putModel, putProvider, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { type BalancedLoad, startBalancedLoad } from './key-change/balanced-load.ts';
import { type KeyedPart, type KeyFleet, type Keys, startKeyFleet } from './key-change/key-fleet.ts';

const [OLD, NEW] = [1, 2].map(() => randomBytes(32).toString('base64')) as [string, string];
const [old, both, next]: readonly [Keys, Keys, Keys] = [
  { current: OLD },
  { current: NEW, previous: [OLD] },
  { current: NEW },
];
const ANSWERS_BETWEEN = 50;
/** Eleven processes are started again, one after the other. */
const CHANGE_TIMEOUT_MS = 400_000;

let fleet: KeyFleet;
let provider: Provider;
let load: BalancedLoad;
const key = uniqueName('key');
const started = new Date();

beforeAll(async () => {
  provider = await startProvider();
  // Answers only those who send the credential of the model that they ask for.
  provider.play((response, call) => {
    const { model } = JSON.parse(String(call.body)) as { model: string };
    const isRight = call.headers.authorization === `Bearer credential-of-${model}`;
    const script = isRight
      ? answer(200, completion('opened'))
      : answer(401, { error: { message: 'wrong credential' } });
    return script(response, call);
  });
  fleet = await startKeyFleet(old);
  const { issuedSecrets } = await commit(fleet.graphql[0], [putKey(key, {})]);
  const [node, other] = fleet.nodes;
  load = startBalancedLoad({
    gatewayUrls: [node.url, other.url],
    secret: issuedSecrets[0]?.secret ?? '',
    expected: 'opened',
  });
});
afterAll(async () => {
  await load?.stop();
  await fleet?.end();
  await provider?.close();
});

type Committed = {
  readonly revision: number;
  readonly problems: readonly object[];
  readonly issuedSecrets: readonly { readonly secret: string }[];
};

/** Commits through one replica, and waits until both nodes enforce it. */
async function commit(graphql: GraphqlClient, changes: readonly object[]): Promise<Committed> {
  const query = `mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) {
    revision problems { message } issuedSecrets { secret } } }`;
  const { commitChangeSet } = await graphql<{ commitChangeSet: Committed }>(query, { input: { changes } });
  expect(commitChangeSet.problems).toEqual([]);
  await waitFor('both nodes to enforce it', async () => {
    const { nodes } = await graphql<{ nodes: readonly { revision: number; connected: boolean; lastError: unknown }[] }>(
      '{ nodes { revision connected lastError } }',
    );
    const isThere = nodes.filter((node) => node.connected && node.revision >= commitChangeSet.revision);
    return isThere.length === 2 && isThere.every(({ lastError }) => lastError === null);
  });
  return commitChangeSet;
}

/** A provider with a credential of its own; from then on the load uses it on both nodes. */
async function addProvider(replica: 0 | 1, when: string): Promise<void> {
  const name = uniqueName(when);
  await commit(fleet.graphql[replica], [
    putProvider(name, { type: 'openai', baseUrl: provider.baseUrl, apiKey: { value: `credential-of-${name}` } }),
    putModel(name, { deployments: [{ provider: name, model: name }] }),
  ]);
  load.add(name);
  await someAnswers();
}

async function someAnswers(): Promise<void> {
  const from = load.answered();
  await waitFor(`${ANSWERS_BETWEEN} answers`, () => load.answered() >= from + ANSWERS_BETWEEN, 30_000);
}

async function restartNode(node: KeyedPart, keys: Keys): Promise<void> {
  await load.takeOut(node.url);
  await restart(node, keys);
  await waitFor('the node to be ready', async () => (await fetch(`${node.url}/readyz`)).ok);
  load.putBack(node.url);
  await someAnswers();
}

async function restart(part: KeyedPart, keys: Keys): Promise<void> {
  await part.stop();
  await part.startWith(keys);
}

type SealingKey = { readonly isCurrent: boolean; readonly onlyDataKeys: number; readonly isRemovable: boolean };

const sealingKeys = async (replica: 0 | 1) =>
  (
    await fleet.graphql[replica]<{ sealingKeys: readonly (SealingKey & { readonly blockers: readonly string[] })[] }>(
      '{ sealingKeys { isCurrent isRemovable onlyDataKeys blockers } }',
    )
  ).sealingKeys;

test(
  'the sealing key of a whole fleet is changed process by process under traffic, and no request fails',
  async () => {
    const [plane, otherPlane] = fleet.planes;
    const [node, otherNode] = fleet.nodes;
    await addProvider(0, 'before');

    await restartNode(node, both);
    await addProvider(0, 'one-node-has-both');
    await restart(plane, both);
    await addProvider(0, 'one-replica-has-both');
    await addProvider(1, 'through-the-old-replica');
    const [, previous] = await sealingKeys(0);
    expect(previous).toMatchObject({ isRemovable: false });
    expect(previous?.blockers.join()).toMatch(/data keys[\s\S]*replica[\s\S]*analytics[\s\S]*node/);
    await restart(fleet.analytics, both);
    await restartNode(otherNode, both);
    await restart(otherPlane, both);
    await addProvider(1, 'all-have-both');

    const rewrap = 'mutation { rewrapDataKeys { rewrapped unopened next } }';
    const { rewrapDataKeys } = await fleet.graphql[1]<{ rewrapDataKeys: object }>(rewrap);
    expect(rewrapDataKeys).toMatchObject({ unopened: [], next: null });
    await someAnswers();
    await waitFor('the old key to be removable', async () => (await sealingKeys(0))[1]?.isRemovable);

    await restart(otherPlane, next);
    await addProvider(1, 'one-replica-has-the-new-one-only');
    await restartNode(otherNode, next);
    await restart(plane, next);
    await restart(fleet.analytics, next);
    await restartNode(node, next);
    await addProvider(0, 'after');
    expect(await sealingKeys(1)).toMatchObject([{ isCurrent: true, onlyDataKeys: 0, blockers: [expect.any(String)] }]);

    expect(load.failures).toEqual([]);
    expect(load.answered()).toBeGreaterThan(ANSWERS_BETWEEN * 10);
  },
  CHANGE_TIMEOUT_MS,
);

test('afterwards a node starts from its disk copy with the new key alone while the control plane is away', async () => {
  const [node] = fleet.nodes;
  for (const plane of fleet.planes) await plane.stop();
  await restartNode(node, next);
  expect(load.failures).toEqual([]);
  for (const plane of fleet.planes) await plane.startWith(next);
});

test('the usage of every answer has arrived, whichever key the node and analytics had', async () => {
  await load.stop();
  const answered = load.answered();
  const count = () =>
    fleet.graphql[0]<{ usage: readonly { requests: string | number }[] }>(
      'query ($from: DateTime!, $to: DateTime!, $filter: UsageFilter) { usage(from: $from, to: $to, filter: $filter) { requests } }',
      { from: started.toISOString(), to: new Date(Date.now() + 60_000).toISOString(), filter: { keys: [key] } },
    );
  await waitFor(
    `${answered} rows`,
    async () => {
      const rows = Number((await count()).usage[0]?.requests);
      if (rows !== answered) throw new Error(`there are ${rows}`);
      return true;
    },
    60_000,
  );
  expect(fleet.log()).not.toContain('credential-of-');
});
