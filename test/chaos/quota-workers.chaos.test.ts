import { afterAll, beforeAll, expect, test } from 'vitest';
import { putKey, putModel, putProvider, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { workersOf } from '../support/workers-of.ts';
import { chatRequestBytes } from './load/chat-request.ts';
import type { Outcome } from './load/exchange.ts';
import { readQuotas } from './quotas/read-quotas.ts';
import { spend } from './quotas/spend.ts';
import { countOutcomes as count, createSpendLanes } from './quotas/spend-lanes.ts';
import { chooseSeed, createSeededRandom } from './seeded-random.ts';
import { killAndStart } from './system/kill-and-start.ts';
import { type ChaosSystem, type ServingNode, startSystem } from './system/start-system.ts';

const NODES = 3;
const WORKERS = 2;
const CLIENTS = 200;
const REQUESTS = 1_200;
/** A share of the answers, after which something happens. */
const STRIKES_FROM = 0.1;
const STRIKES_TO = 0.6;
/** How long a request takes that is to outlive its supervisor. */
const OUTLIVING_MS = 12_000;
/** The authority is compared with the records once in a minute. */
const COMPARED_WITHIN_MS = 150_000;

let system: ChaosSystem;
let lanes: ReturnType<typeof createSpendLanes>;
beforeAll(async () => {
  system = await startSystem({ nodes: NODES, env: { TOLLGATE_WORKERS: String(WORKERS) } });
  lanes = createSpendLanes(system, WORKERS);
});
afterAll(() => system?.end());

/** What can be done to a node; resolves once it is whole again. The process that it is done to is known before. */
type Strike = (node: ServingNode, choose: number) => () => Promise<unknown>;

const hasOthers = (node: ServingNode, gone: readonly number[]) => {
  const running = workersOf(node.part.pid());
  return running.length === WORKERS && !running.some((pid) => gone.includes(pid));
};

const killWorker: Strike = (node, choose) => {
  const victim = workersOf(node.part.pid())[choose % WORKERS] ?? expect.unreachable('there is no worker');
  return async () => {
    process.kill(victim, 'SIGKILL');
    await waitFor('another worker', () => hasOthers(node, [victim]));
  };
};

const replaceWorkers: Strike = (node) => {
  const before = workersOf(node.part.pid());
  return async () => {
    process.kill(node.part.pid(), 'SIGHUP');
    await waitFor('all workers to be replaced', () => hasOthers(node, before), 60_000);
  };
};

const killSupervisor: Strike =
  ({ part }) =>
  () =>
    killAndStart(part);

/** Many clients spend what is left of a lane; once they had so many answers, something happens. */
async function spendUnder(
  lane: Parameters<typeof lanes.putBudget>[0],
  answers: number,
  strike: () => Promise<unknown>,
) {
  let answered = 0;
  let struck: Promise<unknown> | undefined;
  const onOutcome = ({ type }: Outcome) => {
    if (type === 'answered') answered += 1;
    if (answered >= answers) struck ??= strike();
  };
  const outcomes = await spend({ gatewayUrls: lanes.urls, ...lane, clients: CLIENTS, refusalsMax: 20, onOutcome });
  if (struck === undefined) expect.unreachable('it was over before anything happened');
  await struck;
  return outcomes;
}

const lanesUsed: string[] = [];

test.each([
  ['kill -9 of a worker under whole answers', false, killWorker, 'some'],
  ['kill -9 of a worker under streams', true, killWorker, 'some'],
  ['SIGHUP to a node', true, replaceWorkers, 'none'],
  // Its workers end in good order what they have begun; only what was on its way to them is lost.
  ['kill -9 of a supervisor', true, killSupervisor, 'perhaps'],
] as const)(
  '%s: the budget of three nodes of two workers is spent to the nano-USD, what is settled is what is on record, and nothing is granted twice',
  async (what, stream, strike, breaks) => {
    const random = createSeededRandom(chooseSeed());
    const lane = await lanes.open(stream);
    const budget = await lanes.putBudget(lane, REQUESTS);
    const node = system.nodes[random.between(0, NODES - 1)] ?? expect.unreachable('there is no node');
    const when = random.between(REQUESTS * STRIKES_FROM, REQUESTS * STRIKES_TO);
    const first = await spendUnder(lane, when, strike(node, random.between(0, WORKERS - 1)));
    lanesUsed.push(lane.keyName);

    const settled = await waitFor(
      'all runs that ended to be settled',
      async () => {
        const found = await lanes.ledgerOf(lane.keyName, count(first, 'answered'));
        const [quota] = await readQuotas(system.stack, lane.keyName);
        return quota?.leased === '0' && quota.settled === String(found.nanoUsd) ? found : undefined;
      },
      60_000,
    );
    // What ended processes had not spent is there again.
    const left = REQUESTS - settled.rows;
    const second = await spend({
      gatewayUrls: lanes.urls,
      ...lane,
      clients: CLIENTS,
      refusalsMax: 20,
      answersMin: left,
    });
    const found = await lanes.ledgerOf(lane.keyName, REQUESTS);
    console.info('quota-workers', {
      what,
      seed: random.seed,
      firstAnswered: count(first, 'answered'),
      firstBroken: count(first, 'broken'),
      recordedOfBroken: settled.rows - count(first, 'answered'),
      thenAnswered: count(second, 'answered'),
      ...found,
    });

    expect(settled.rows).toBeLessThanOrEqual(REQUESTS);
    expect(settled.rows - count(first, 'answered')).toBeLessThanOrEqual(count(first, 'broken'));
    expect(count(second, 'answered', 200)).toBe(left);
    expect(found).toEqual({ rows: REQUESTS, nanoUsd: budget });
    if (breaks === 'some') expect(count(first, 'broken')).toBeGreaterThan(0);
    if (breaks === 'none') expect(count(first, 'broken')).toBe(0);
  },
);

test('a request that a worker goes on with after its supervisor was killed counts as under way until it is over', async () => {
  const name = uniqueName('slow');
  const mock = { tokens: 1, latencyMs: OUTLIVING_MS };
  const { issuedSecrets } = await lanes.commit([
    putProvider(name, { type: 'mock' }),
    putModel(name, { deployments: [{ provider: name, model: 'mock', mock }] }),
    putModel(`${name}-quick`, { deployments: [{ provider: name, model: 'mock' }] }),
    putKey(name, { rateLimits: [{ limit: '1 concurrent' }] }),
  ]);
  const secret = issuedSecrets[0]?.secret ?? '';
  let isOver = false;
  const slow = lanes.ask(system.stack.gatewayUrl, chatRequestBytes(secret, name, false)).finally(() => {
    isOver = true;
  });
  const leased = async () => (await readQuotas(system.stack, name))[0]?.leased;
  await waitFor('the request to be under way', async () => (await leased()) === '1');
  const { fromMs } = await killAndStart(system.node);
  await lanes.linkedSince(fromMs, 1);
  const askAll = () =>
    Promise.all(lanes.urls.map((url) => lanes.ask(url, chatRequestBytes(secret, `${name}-quick`, false))));
  expect(await askAll()).toMatchObject(lanes.urls.map(() => ({ type: 'refused', status: 429 })));
  expect(isOver).toBe(false);
  expect(await slow).toMatchObject({ type: 'answered', status: 200 });
  await waitFor('one that was served', async () => (await askAll()).some(({ type }) => type === 'answered'));
}, 120_000);

test('the comparison of the authority with the records finds no difference after all that', async () => {
  const stateOf = async (keyName: string) => (await readQuotas(system.stack, keyName))[0];
  // Of the last there are runs that go on, whatever was killed. A quota of which all have ended is what the records say already.
  await waitFor(
    'the authority to be compared with the records',
    async () => typeof (await stateOf(lanesUsed.at(-1) ?? ''))?.checkedAt === 'string',
    COMPARED_WITHIN_MS,
  );
  const drifts = (await Promise.all(lanesUsed.map(stateOf))).map((state) => state?.drift ?? '0');
  expect(drifts).toEqual(lanesUsed.map(() => '0'));
});
