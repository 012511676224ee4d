import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { IN_BALANCE } from './accounts/balance.ts';
import { startLoad } from './load/load.ts';
import { openLanes } from './system/open-lanes.ts';
import { type ChaosSystem, startSystem } from './system/start-system.ts';

const CONNECTIONS = 20;
/** Twenty connections at this pace make some 150 kB of records a second. */
const INTERVAL_MS = 100;
const SPOOL_BYTES_MAX = 256 * 1_024;
/** What may come on top: the open segment, and what was admitted before it was sealed. */
const OPEN_BYTES_MAX = 128 * 1_024;

let system: ChaosSystem;
beforeAll(async () => {
  system = await startSystem({ env: { TOLLGATE_SPOOL_BYTES_MAX: String(SPOOL_BYTES_MAX) } });
});
afterAll(() => system?.end());

async function spoolBytes(): Promise<number> {
  const folder = join(system.stack.dataDir, 'node', 'spool');
  const sizes = (await readdir(folder)).map((name) => stat(join(folder, name)).then(({ size }) => size));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

test('with analytics away and the spool full the node answers 503 with Retry-After; back, it serves again and nothing is lost', async () => {
  const { stack, books, analytics } = system;
  const lanes = await openLanes(stack, CONNECTIONS);
  const load = startLoad({ gatewayUrl: stack.gatewayUrl, ...lanes, intervalMs: INTERVAL_MS });
  const lastOutcomes = () => load.exchanges.slice(-CONNECTIONS).map(({ outcome }) => outcome.type);
  await waitFor('answers', () => load.exchanges.length > 200);

  await analytics.kill();
  await waitFor('all to be refused', () => lastOutcomes().every((type) => type === 'refused'), 30_000);
  const readiness = await fetch(`${stack.gatewayUrl}/readyz`);
  expect(readiness.status).toBe(503);
  const bytesWhenFull = await spoolBytes();
  await waitFor(
    'more to be refused',
    () => load.exchanges.filter(({ outcome }) => outcome.type === 'refused').length > 500,
  );

  await analytics.start();
  await waitFor('all to be answered', () => lastOutcomes().every((type) => type === 'answered'), 30_000);
  const exchanges = await load.stop();
  const found = await books.settle(lanes.keyName, exchanges);
  console.info('spool-bound', { bytesWhenFull, ...found });

  for (const { outcome } of exchanges)
    if (outcome.type === 'refused') expect(outcome).toEqual({ type: 'refused', status: 503, retryAfter: '1' });
  expect(bytesWhenFull).toBeGreaterThanOrEqual(SPOOL_BYTES_MAX);
  expect(bytesWhenFull).toBeLessThan(SPOOL_BYTES_MAX + OPEN_BYTES_MAX);
  expect(found).toMatchObject({ ...IN_BALANCE, broken: 0, interrupted: 0 });
  expect(found.rows).toBe(found.answered);
  expect((await books.gaps()).boots).toEqual([]);
});
