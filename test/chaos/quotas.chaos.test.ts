import { afterAll, beforeAll, expect, test } from 'vitest';
import { putKey, putModel, putProvider, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Outcome } from './load/exchange.ts';
import { spend } from './quotas/spend.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const NODES = 3;
const CLIENTS = 200;
const REQUESTS = 400;
const TOKENS = 10;
/** The client's own bound is what the mock answers, so that what is reserved of its output is what it takes. */
const MORE = { max_tokens: TOKENS };
const NANO_PER_USD = 1e9;

let system: ChaosSystem;
beforeAll(async () => {
  system = await startSystem({ nodes: NODES });
});
afterAll(() => system?.end());

const urls = () => system.nodes.map(({ url }) => url);
const count = (outcomes: readonly Outcome[], type: Outcome['type'], status?: number): number =>
  outcomes.filter(
    (outcome) => outcome.type === type && (status === undefined || ('status' in outcome && outcome.status === status)),
  ).length;

/** Commits changes, and waits until all nodes enforce them. */
async function commit(changes: readonly object[]) {
  const committed = await system.stack.commit(changes as Parameters<typeof system.stack.commit>[0]);
  await waitFor('all nodes to follow', async () => {
    const nodes = await system.stack.nodes();
    return nodes.filter(({ connected, revision }) => connected && revision >= committed.revision).length === NODES;
  });
  return committed;
}

type Lane = { readonly keyName: string; readonly secret: string; readonly model: string; readonly costNanoUsd: number };

/** A model whose requests all cost the same, and a key for it. Each node has seen one, and knows what it takes. */
async function openLane(stream: boolean): Promise<Lane> {
  const name = uniqueName('spend');
  const mock = { tokens: TOKENS, latencyMs: 5 };
  const { issuedSecrets } = await commit([
    putProvider(name, { type: 'mock' }),
    putModel(name, { deployments: [{ provider: name, model: 'mock', mock }] }),
    putKey(`${name}-first`, {}),
    putKey(name, {}),
  ]);
  const secretOf = (key: string) => issuedSecrets.find((issued) => issued.name === key)?.secret ?? '';
  const learning = await spendOnce(secretOf(`${name}-first`), name, stream);
  const [id] = learning;
  const { costNanoUsd } = await system.stack.waitForRecord(id);
  return { keyName: name, secret: secretOf(name), model: name, costNanoUsd: Number(costNanoUsd) };
}

/** One request to each node; returns their ids. */
async function spendOnce(secret: string, model: string, stream: boolean): Promise<string[]> {
  await commit([putKey(`${model}-first`, { rateLimits: [{ limit: `${NODES} requests`, window: 'lifetime' }] })]);
  const outcomes = await spend({
    gatewayUrls: urls(),
    secret,
    model,
    stream,
    clients: NODES,
    refusalsMax: 1,
    more: MORE,
  });
  return outcomes.flatMap((outcome) => (outcome.type === 'answered' ? [outcome.id] : []));
}

/** What the ledger has of a key, once all of it has arrived. */
async function ledgerOf(
  keyName: string,
  requests: number,
): Promise<{ readonly rows: number; readonly nanoUsd: bigint }> {
  const rows = await waitFor(
    `${requests} rows of ${keyName}`,
    async () => {
      const found = await system.stack.usageRequests({ keys: [keyName] });
      return found.length >= requests ? found : undefined;
    },
    30_000,
  );
  return { rows: rows.length, nanoUsd: rows.reduce((sum, row) => sum + BigInt(row.costNanoUsd ?? 0), 0n) };
}

test.each([
  ['whole answers', false],
  ['streams', true],
])('a budget for so many %s is spent to the nano-USD over three nodes, and no further', async (_what, stream) => {
  const lane = await openLane(stream);
  const budget = lane.costNanoUsd * REQUESTS;
  await commit([
    putKey(lane.keyName, { budgets: [{ limit: `${(budget / NANO_PER_USD).toFixed(9)} USD`, window: 'lifetime' }] }),
  ]);
  const outcomes = await spend({
    gatewayUrls: urls(),
    ...lane,
    stream,
    clients: CLIENTS,
    refusalsMax: 20,
    answersMin: REQUESTS,
    more: MORE,
  });
  const found = await ledgerOf(lane.keyName, count(outcomes, 'answered'));
  console.info('quota', {
    stream,
    answered: count(outcomes, 'answered'),
    refused: count(outcomes, 'refused'),
    ...found,
  });
  expect(count(outcomes, 'answered', 200)).toBe(REQUESTS);
  expect(count(outcomes, 'refused', 429)).toBe(outcomes.length - REQUESTS);
  expect(found).toEqual({ rows: REQUESTS, nanoUsd: BigInt(budget) });
});

test('with the authority killed and back meanwhile, not one request too many is answered, and in the end all that fit', async () => {
  const lane = await openLane(false);
  await commit([putKey(lane.keyName, { rateLimits: [{ limit: `${REQUESTS} requests`, window: 'lifetime' }] })]);
  const spending = { gatewayUrls: urls(), ...lane, stream: false, more: MORE };
  const underWay = Promise.withResolvers<void>();
  const first = spend({ ...spending, clients: 50, refusalsMax: 20, onOutcome: () => underWay.resolve() });
  await underWay.promise;
  await system.controlPlane.kill();
  const outcomes = [...(await first)];
  const restartedAt = Date.now();
  await system.controlPlane.start();
  // The links of the killed process count as such until it has not been heard of for a while: only new ones are waited for.
  await waitFor(
    'all nodes to be linked again',
    async () =>
      (await system.stack.nodes()).filter(
        ({ connected, connectedAt }) => connected && Date.parse(connectedAt) >= restartedAt,
      ).length === NODES,
    30_000,
  );
  const answersMin = REQUESTS - count(outcomes, 'answered');
  outcomes.push(...(await spend({ ...spending, clients: CLIENTS, refusalsMax: 20, answersMin })));
  console.info('quota-authority-kill', {
    answered: count(outcomes, 'answered'),
    unavailable: count(outcomes, 'refused', 503),
  });
  expect(count(outcomes, 'answered', 200)).toBe(REQUESTS);
});
