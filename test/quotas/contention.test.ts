import { type DeclaredQuota, declaredQuotas } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createMemoryLeaseStore } from './memory-lease-store.ts';
import { NO_FAULTS } from './network.ts';
import type { Outcome } from './virtual-node.ts';
import { createVirtualTime } from './virtual-time.ts';
import { createWorld } from './world.ts';

const tokens = (limit: number, ...teams: readonly string[]): readonly DeclaredQuota[] =>
  teams.flatMap((team) =>
    declaredQuotas('team', team, { rateLimits: [{ limit: `${limit} tokens`, window: 'lifetime' }] }),
  );

/** Nodes on a network without faults. */
function start(quotas: readonly DeclaredQuota[], nodes: number) {
  const time = createVirtualTime(1_700_000_000_000);
  const store = createMemoryLeaseStore(time.nowMs);
  const world = createWorld({ quotas, nodes, seed: 1, faults: NO_FAULTS }, time, [store, store]);
  const request = (at: number, counted: readonly DeclaredQuota[], amount: number, tokensSpent = amount) => {
    const node = world.nodes()[at];
    if (node === undefined) throw new Error(`there is no node ${at}`);
    return node.request({ quotas: counted, tokens: amount, tokensSpent, holdMs: 10 });
  };
  const outcomesOf = async (asked: readonly Promise<Outcome>[]) => {
    await world.runFor(1_000);
    return Promise.all(asked);
  };
  return { request, outcomesOf, world };
}

test('two nodes that each hold all of what the other waits for do not refuse each other', async () => {
  const [a, b] = tokens(10, 'a', 'b');
  if (a === undefined || b === undefined) throw new Error('two quotas were declared');
  const { request, outcomesOf, world } = start([a, b], 2);
  // Nothing of it is spent, so each keeps it for a while.
  const warm = [request(0, [a], 10, 0), request(1, [b], 10, 0)];
  await world.runFor(100);
  expect(await Promise.all(warm)).toEqual(['admitted', 'admitted']);
  const both = (at: number) => request(at, [b, a], 10, 0);
  // One of the two has all while it runs; asked again, the other has.
  expect((await outcomesOf([both(0), both(1)])).sort()).toEqual(['admitted', 'exhausted']);
  expect(await outcomesOf([both(0)])).toEqual(['admitted']);
  expect(await outcomesOf([both(1)])).toEqual(['admitted']);
});

test('two nodes that each hold half of what both need do not, either', async () => {
  const [a] = tokens(10, 'a');
  if (a === undefined) throw new Error('a quota was declared');
  const { request, outcomesOf } = start([a], 2);
  await outcomesOf([request(0, [a], 5, 0), request(1, [a], 5, 0)]);
  expect((await outcomesOf([request(0, [a], 10, 0), request(1, [a], 10, 0)])).sort()).toEqual([
    'admitted',
    'exhausted',
  ]);
  expect(await outcomesOf([request(0, [a], 10, 0)])).toEqual(['admitted']);
  expect(await outcomesOf([request(1, [a], 10, 0)])).toEqual(['admitted']);
});

test('a crowd at one node of many gets all that is left before its wait is over', async () => {
  const quotas = tokens(1_000, 'a');
  const { request, outcomesOf } = start(quotas, 10);
  await outcomesOf(Array.from({ length: 10 }, (_, at) => request(at, quotas, 1)));
  const outcomes = await outcomesOf(Array.from({ length: 1_100 }, () => request(0, quotas, 1)));
  expect(outcomes.filter((outcome) => outcome === 'admitted')).toHaveLength(990);
});

test('of what a dead node holds nobody waits, once it was not heard of for a while', async () => {
  const quotas = tokens(10, 'a');
  const { request, outcomesOf, world } = start(quotas, 2);
  await outcomesOf([request(0, quotas, 8, 0)]);
  world.nodes()[0]?.crash();
  await world.runFor(20_000);
  let outcome: Outcome | undefined;
  void request(1, quotas, 5).then((refused) => {
    outcome = refused;
  });
  await world.runFor(50);
  expect(outcome).toBe('exhausted');
});
