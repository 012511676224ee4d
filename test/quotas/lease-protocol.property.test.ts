import type { DeclaredQuota } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faults, quotas, steps } from './arbitraries.ts';
import { isLenient } from './ledger.ts';
import { createMemoryLeaseStore, heldBy, type Lease } from './memory-lease-store.ts';
import { createVirtualTime } from './virtual-time.ts';
import { createWorld, type World } from './world.ts';

/** After this all requests have ended, all windows have turned, and whoever lives has given back what it does not use. */
const QUIET_MS = 200_000;
/** Runs of each property; more for a search of an afternoon. */
const RUNS = Number(process.env['TOLLGATE_TEST_RUNS'] ?? 300);

const story = fc.record({
  quotas,
  nodes: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer(),
  faults,
  startMs: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_060_000 }),
  steps,
});

test('whatever goes wrong, no limit is passed, nothing is lost, and what is free can be had in the end', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ steps: all, startMs, ...options }) => {
      const time = createVirtualTime(startMs);
      const store = createMemoryLeaseStore(() => Math.floor(time.nowMs()));
      const world = createWorld(options, time, [store, store]);
      for (const step of all) await world.take(step);
      await world.runFor(20_000);
      world.calm();
      await world.runFor(QUIET_MS);
      for (const quota of options.quotas) expectNothingLost(world, store.leases(), quota);
      for (const quota of options.quotas) await expectFreeIsGranted(world, store.leases(), quota);
    }),
    { numRuns: RUNS, ...(process.env['TOLLGATE_TEST_SEED'] && { seed: Number(process.env['TOLLGATE_TEST_SEED']) }) },
  );
}, 600_000);

/** Of holders that live, exactly what was spent is held; of the others at least that. */
function expectNothingLost(
  { ledger, nodes, departed, time }: World,
  all: readonly Lease[],
  quota: DeclaredQuota,
): void {
  const { id, unit, window } = quota;
  const leases = all.filter(({ quota }) => quota === id);
  for (const { holder } of nodes()) {
    const own = leases.filter((lease) => lease.holder === holder);
    const spent = own.reduce((total, lease) => total + lease.spent, 0);
    expect(spent, `spent of ${id} by ${holder}`).toBe(ledger.chargedBy(id, holder) * (unit === 'concurrent' ? 0 : 1));
    // Of a window that turns, what was granted but not heard of is let go with the slot.
    if (window === undefined || window.kind === 'lifetime')
      for (const lease of own) expect(heldBy(lease), `held of ${id} by ${holder}, who lives`).toBe(lease.spent);
  }
  for (const holder of departed()) {
    const held = leases.filter((lease) => lease.holder === holder).reduce((total, lease) => total + heldBy(lease), 0);
    // What was let through without a lease is known from the records, once its holder is no more.
    if (unit !== 'concurrent' && !isLenient(quota))
      expect(held, `held of ${id} by ${holder}`).toBeGreaterThanOrEqual(ledger.chargedBy(id, holder));
  }
  if (unit === 'concurrent')
    expect(leases.filter((lease) => lease.seenAtMs > time.nowMs() - 90_000 && heldBy(lease) > 0)).toEqual([]);
}

/** All that is free is asked for: by one, then by two at once that both have a part of it. */
async function expectFreeIsGranted(world: World, leases: readonly Lease[], quota: DeclaredQuota): Promise<void> {
  const { nodes } = world;
  const held = leases.filter(({ quota: id }) => id === quota.id).reduce((total, lease) => total + heldBy(lease), 0);
  const free = quota.window?.kind === 'lifetime' ? quota.limit - held : quota.limit;
  if (free <= 0) return;
  const demand = (tokens: number) => ({ quotas: [quota], tokens, tokensSpent: 0, holdMs: 20 });
  const ask = (tokens: number) => nodes().map((node) => node.request(demand(tokens)));
  const outcome = await settle(world, [nodes()[0]?.request(demand(free))]);
  expect(outcome, `all of ${quota.id} that is free, ${free}`).toEqual(['admitted']);
  if (quota.unit !== 'tokens') return;
  // Windows that move have let go of this by then.
  await world.runFor(QUIET_MS);
  await settle(world, ask(1));
  const outcomes = await settle(world, ask(free));
  expect(outcomes, `all of ${quota.id} that is free, ${free}, by all at once`).toContain('admitted');
}

async function settle<Value>(
  world: World,
  promises: readonly Promise<Value>[] | readonly (Promise<Value> | undefined)[],
): Promise<Value[]> {
  const all = Promise.all(promises);
  await world.runFor(1_500);
  return (await all) as Value[];
}
