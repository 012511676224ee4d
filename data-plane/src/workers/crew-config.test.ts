import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SnapshotItem } from '@tollgate/schema';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyring, lines, sealedProvider, signedDelta, snapshotLines, team } from '../config/config-fixture.ts';
import { createConfigStore } from '../config/config-store.ts';
import { createDiskCopy } from '../config/disk-copy.ts';
import { createConfigFollower } from './config-follower.ts';
import { createCrewConfig } from './crew-config.ts';
import type { ConfigOrder, Standing } from './messages.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-crew-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = { warn: () => {} };

/** A worker without a process: its own store over the common disk copy. */
function startWorker() {
  const follower = createConfigFollower(folder, keyring, log);
  const store = createConfigStore(keyring, follower.disk);
  const orders: ConfigOrder['type'][] = [];
  /** Comes before each order is followed. */
  let before: (order: ConfigOrder) => Promise<Standing | 'gone' | undefined> = async () => undefined;
  return {
    store,
    orders,
    interfere(next: typeof before) {
      before = next;
    },
    async order(order: ConfigOrder): Promise<Standing | undefined> {
      orders.push(order.type);
      const instead = await before(order);
      if (instead === 'gone') return undefined;
      return instead ?? follower.follow(store, order);
    },
  };
}

const openCrew = () =>
  createCrewConfig<ReturnType<typeof startWorker>>({ keyring, disk: createDiskCopy(folder, keyring, log) });

const put = (item: SnapshotItem) => ({ op: 'put', item }) as const;
const toThree = () => signedDelta(0, 3, [put(team('a'))], [team('a')]);
const toFour = () => signedDelta(3, 4, [put(team('b'))], [team('a'), team('b')]);

async function crewOf(count: number) {
  const crew = openCrew();
  const workers = Array.from({ length: count }, startWorker);
  for (const worker of workers) expect(await crew.bringUp(worker)).toBe(true);
  return { crew, workers };
}

test('a delta is adopted once all workers enforce it, and lies on disk for those that start', async () => {
  const { crew, workers } = await crewOf(2);
  const enforced: number[] = [];
  workers[1]?.interfere(async (order) => {
    if (order.type === 'delta') enforced.push(workers[0]?.store.revision() ?? 0, crew.revision());
    return undefined;
  });
  expect(await crew.adoptDelta(toThree())).toEqual({ ok: true });
  expect(enforced).toEqual([0, 0]);
  expect(workers.map(({ store }) => store.revision())).toEqual([3, 3]);
  expect(crew.revision()).toBe(3);

  const late = startWorker();
  expect(await crew.bringUp(late)).toBe(true);
  expect(late.store.revision()).toBe(3);
  expect(await openCrew().bringUp(startWorker())).toBe(true);
});

test('a worker that refuses makes the node refuse, with its reason; a snapshot brings all together again', async () => {
  const { crew, workers } = await crewOf(2);
  workers[1]?.interfere(async ({ type }) => (type === 'delta' ? { ok: false, reason: 'out of memory' } : undefined));
  expect(await crew.adoptDelta(toThree())).toEqual({ ok: false, reason: 'out of memory' });
  expect(crew.revision()).toBe(0);
  expect(existsSync(join(folder, 'deltas.ndjson'))).toBe(false);

  expect(await crew.adoptSnapshot(lines(snapshotLines(5, [team('a'), team('c')])))).toEqual({ ok: true });
  expect([crew, ...workers.map(({ store }) => store)].map((store) => store.revision())).toEqual([5, 5, 5]);
});

test.each([
  ['does not follow on', () => toFour(), 'starts at revision 3'],
  ['is not signed', () => ({ ...toThree(), signature: 'x' }), 'signature'],
  ['does not match its checksum', () => signedDelta(0, 3, [put(team('a'))], [team('other')]), 'checksum'],
])('a delta that %s is refused, and nothing changes', async (_, delta, reason) => {
  const { crew, workers } = await crewOf(2);
  const adoption = await crew.adoptDelta(delta());
  expect(adoption).toMatchObject({ ok: false });
  expect(JSON.stringify(adoption)).toContain(reason);
  expect([crew.revision(), workers[0]?.store.revision()]).toEqual([0, 0]);
  expect(existsSync(join(folder, 'deltas.ndjson'))).toBe(false);
});

test('a snapshot that does not verify is refused before any worker hears of it', async () => {
  const { crew, workers } = await crewOf(1);
  await crew.adoptSnapshot(lines(snapshotLines(5, [team('a')])));
  const orders = [...(workers[0]?.orders ?? [])];
  const torn = snapshotLines(6, [team('a'), team('b')]).slice(0, -1);
  expect(await crew.adoptSnapshot(lines(torn))).toMatchObject({ ok: false });
  expect(crew.revision()).toBe(5);
  expect(workers[0]?.orders).toEqual(orders);
  expect(await openCrew().bringUp(startWorker())).toBe(true);
});

test('a worker that dies does not hold a revision up, but with none left nothing is adopted', async () => {
  const { crew, workers } = await crewOf(2);
  workers[0]?.interfere(async () => 'gone');
  expect(await crew.adoptDelta(toThree())).toEqual({ ok: true });
  workers[1]?.interfere(async () => 'gone');
  expect(await crew.adoptDelta(toFour())).toMatchObject({ ok: false, reason: expect.stringContaining('no worker') });
  expect(crew.revision()).toBe(3);
});

test('a worker that reads the copy while revisions come is admitted only with the newest, and holds none of them up', async () => {
  const { crew } = await crewOf(1);
  const late = startWorker();
  const original = late.order;
  late.order = async (order) => {
    const standing = await original(order);
    // It has read the copy of revision 0; then two revisions come.
    if (order.type === 'load') for (const delta of [toThree(), toFour()]) await crew.adoptDelta(delta);
    return standing;
  };
  expect(await crew.bringUp(late)).toBe(true);
  expect(late.store.revision()).toBe(4);
  expect(late.orders).toEqual(['load', 'catch-up']);
});

test('a snapshot that comes while a worker reads the copy is read by it as well', async () => {
  const { crew } = await crewOf(1);
  const late = startWorker();
  const original = late.order;
  let loads = 0;
  late.order = async (order) => {
    const standing = await original(order);
    if (order.type === 'load' && loads++ === 0)
      await crew.adoptSnapshot(lines(snapshotLines(9, [team('a'), team('z')])));
    return standing;
  };
  expect(await crew.bringUp(late)).toBe(true);
  expect(late.store.revision()).toBe(9);
  expect(late.orders).toEqual(['load', 'catch-up', 'load', 'catch-up']);
});

test('data keys that come with a delta are on disk, and go with their entity', async () => {
  const { crew, workers } = await crewOf(2);
  const provider = sealedProvider('p', 'sk-secret');
  const delta = signedDelta(0, 3, [put(provider.item)], [provider.item], { dataKeys: [provider.wrapped()] });
  expect(await crew.adoptDelta(delta)).toEqual({ ok: true });
  expect(crew.unopened()).toEqual([]);
  const late = startWorker();
  await crew.bringUp(late);
  for (const { store } of [...workers, late]) expect(store.unopened()).toEqual([]);

  const gone = signedDelta(3, 4, [{ op: 'remove', kind: 'provider', id: 'p' }], []);
  expect(await crew.adoptDelta(gone)).toEqual({ ok: true });
  expect(readFileSync(join(folder, 'data-keys.json'), 'utf8')).not.toContain('provider:p');
});
