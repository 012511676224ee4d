import { declaredQuotas } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createMemoryLeaseStore } from './memory-lease-store.ts';
import { NO_FAULTS } from './network.ts';
import { createVirtualTime } from './virtual-time.ts';
import { createWorld } from './world.ts';

/** Of ten requests the first node gets eight. */
const SKEW = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2];

/** The ledger refuses what goes beyond the limit in any window, wherever it begins. @returns what was let through per window */
async function saturate(options: {
  limit: number;
  window: string;
  windowMs: number;
  everyMs: number;
  windows: number;
}) {
  const { limit, window, windowMs, everyMs, windows } = options;
  const quotas = declaredQuotas('team', 'a', { rateLimits: [{ limit: `${limit} requests`, window }] });
  const time = createVirtualTime(1_700_000_000_000);
  const store = createMemoryLeaseStore(() => Math.floor(time.nowMs()));
  const world = createWorld({ quotas, nodes: 3, seed: 1, faults: NO_FAULTS }, time, [store, store]);
  const demand = { quotas, tokens: 1, tokensSpent: 1, holdMs: 5 };
  for (let sent = 0; sent * everyMs < windowMs * windows; sent += 1) {
    void world.nodes()[SKEW[sent % SKEW.length] ?? 0]?.request(demand);
    await world.runFor(everyMs);
  }
  // The first window begins full.
  return (world.ledger.entries().length - limit) / (windows - 1);
}

test('a limit of 600 requests in any minute is used to 99 % over three nodes under skewed load, and never passed', async () => {
  const perWindow = await saturate({ limit: 600, window: '60s', windowMs: 60_000, everyMs: 30, windows: 5 });
  expect(perWindow).toBeGreaterThan(600 * 0.99);
});

test('a window of a second, too, is never passed', async () => {
  const perWindow = await saturate({ limit: 40, window: '1s', windowMs: 1_000, everyMs: 7, windows: 30 });
  // Steps of 50 ms are a twentieth of it, and a slot counts for two of them longer than the window.
  expect(perWindow).toBeGreaterThan(40 * 0.8);
});
