import {
  createCalendar,
  createDatabase,
  createPostgresLeaseStore,
  type Database,
  migrate,
} from '@tollgate/control-plane';
import { createEmptyDatabase } from '@tollgate/control-plane/empty-database';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { faults, quotas, steps } from './arbitraries.ts';
import { isLenient } from './ledger.ts';
import { createRealTime } from './real-time.ts';
import { createWorld, type Step, type WorldOptions } from './world.ts';

const STORIES = 4;
const REQUEST_MS_MAX = 300;

/** A story that takes seconds, not minutes. */
const hastened = (all: readonly Step[]): Step[] =>
  all.map((step) => {
    const pauseMs = Math.min(step.pauseMs, 60);
    if (step.tag === 'request') return { ...step, pauseMs, holdMs: Math.min(step.holdMs, REQUEST_MS_MAX) };
    return step.tag === 'cut' ? { ...step, pauseMs, forMs: Math.min(step.forMs, 800) } : { ...step, pauseMs };
  });

const story = fc.record({
  quotas,
  nodes: fc.constant(3),
  seed: fc.integer(),
  faults: faults.map((all) => ({ ...all, lateMs: 700, delayMs: Math.min(all.delayMs, 50) })),
  steps: steps.filter((all) => all.length > 40).map(hastened),
});

test.each(fc.sample(story, { numRuns: STORIES, seed: 20_261_125 }).map((one, index) => ({ index, ...one })))(
  'two replicas on one Postgres pass no limit and lose nothing, whatever goes wrong: story $index',
  async ({ steps: all, ...options }) => {
    const { db, stores } = await openStores();
    const { world, heldBy } = await tell(options, all, stores, db);
    for (const quota of options.quotas) {
      for (const { holder } of world.nodes()) {
        const charged = quota.unit === 'concurrent' ? 0 : world.ledger.chargedBy(quota.id, holder);
        const { held, spent } = heldBy(quota.id, holder);
        // What was let through without a lease may have found none to be accounted in, the limit being used up.
        if (!isLenient(quota)) expect(spent, `spent of ${quota.id} by ${holder}`).toBe(charged);
        // Of a window that turns, what was granted but not heard of is let go with the slot.
        if (quota.window === undefined || quota.window.kind === 'lifetime')
          expect(held, `held of ${quota.id} by ${holder}`).toBe(spent);
      }
    }
    // Something did happen.
    expect(world.ledger.entries().length).toBeGreaterThan(0);
  },
  60_000,
);

async function openStores() {
  const url = await createEmptyDatabase();
  const replicas = [createDatabase(url), createDatabase(url)] as const;
  onTestFinished(async () => {
    for (const db of replicas) await db.destroy();
  });
  await migrate(replicas[0]);
  return { db: replicas[0], stores: replicas.map((db) => createPostgresLeaseStore(db, createCalendar())) };
}

async function tell(
  options: WorldOptions,
  all: readonly Step[],
  stores: ReturnType<typeof createPostgresLeaseStore>[],
  db: Database,
) {
  const world = createWorld(options, createRealTime(), stores);
  for (const step of all) await world.take(step);
  world.calm();
  // All requests end, and what was lost is told again.
  await world.runFor(REQUEST_MS_MAX + 3_500);
  for (const node of world.nodes()) node.stop();
  await world.runFor(500);
  const rows = await db.selectFrom('quota_lease').selectAll().execute();
  const heldBy = (quota: string, holder: string) => {
    const own = rows.filter((row) => row.quota_id === quota && row.holder === holder);
    const sum = (of: (row: (typeof own)[number]) => number) => own.reduce((total, row) => total + of(row), 0);
    return {
      held: sum((row) => Math.max(row.closed ? 0 : row.granted - row.returned, row.spent + row.reserved)),
      spent: sum(({ spent }) => spent),
    };
  };
  return { world, heldBy };
}
