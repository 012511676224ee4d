import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunsMessage } from '../config/control-link.ts';
import { gatherSegments } from './gather-segments.ts';
import { createNodeRuns } from './node-runs.ts';
import { createRunMarks } from './run-marks.ts';
import { createShipper } from './shipper.ts';
import { createSpool, type UnplacedRecord } from './spool.ts';
import { recoverSpoolFolder } from './spool-folder.ts';

let root: string;
let spoolRoot: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tollgate-runs-'));
  spoolRoot = join(root, 'spool');
  folder = join(root, 'runs');
  mkdirSync(spoolRoot);
});
afterEach(() => rmSync(root, { recursive: true }));

type Left = { readonly isClosed: boolean; readonly at?: string };

/** A run that records so many requests; unless it is closed it is killed, with the last of them in an open segment. */
async function runAndEnd(bootId: string, records: number, { isClosed, at = spoolRoot }: Left): Promise<void> {
  mkdirSync(at, { recursive: true });
  const spool = createSpool({ folder: at, nodeId: 'n', bootId, sealAfterMs: 60_000, onSealed: () => {} });
  const record = { id: 'r', tags: [] } as unknown as UnplacedRecord;
  await Promise.all(
    Array.from({ length: records }, () => new Promise<void>((resolve) => spool.append(record, () => resolve()))),
  );
  if (isClosed) spool.close();
}

/** What a node tells of its runs, unless its link is down. */
function start(...bootIds: string[]) {
  const told: RunsMessage[] = [];
  const link = { isUp: true };
  const running = new Set(bootIds);
  const marks = createRunMarks(folder);
  const runs = createNodeRuns({
    spoolRoot,
    marks,
    running: () => [...running],
    holders: () => [...running],
    tell: (message) => link.isUp && told.push(message) > 0,
  });
  const ship = async (at = spoolRoot) => {
    const transport = { send: async () => {}, close: async () => {} };
    const listener = { mark: marks.mark, shipped: runs.changed };
    await createShipper(at, transport, pino({ level: 'silent' }), listener).stop(5_000);
  };
  return { told, link, running, runs, marks, ship };
}

const shipped = (runs: Readonly<Record<string, number>>): RunsMessage => ({
  type: 'shipped',
  runs: Object.entries(runs).map(([holder, lastSeq]) => ({ holder, lastSeq })),
});

test('earlier runs are told with their last numbers, once nothing of them is left: be it open, sealed or shipped before', async () => {
  await runAndEnd('a', 3, { isClosed: true });
  await start('a').ship();
  await runAndEnd('b', 5, { isClosed: false });
  const { told, runs, ship } = start('c');
  runs.linked();
  recoverSpoolFolder(spoolRoot);
  runs.changed();
  expect(told).toEqual([]);
  await ship();
  expect(told).toEqual([shipped({ a: 3, b: 5 })]);
  runs.changed();
  expect(told).toHaveLength(1);
  runs.linked();
  expect(told).toEqual([shipped({ a: 3, b: 5 }), shipped({ a: 3, b: 5 })]);
});

test('what could not be told while the link was down is told when it is up, once for each link', async () => {
  await runAndEnd('a', 2, { isClosed: true });
  const { told, link, runs, ship } = start('b');
  link.isUp = false;
  await ship();
  link.isUp = true;
  runs.linked();
  runs.changed();
  expect(told).toEqual([shipped({ a: 2 })]);
});

test('a worker that ends is not named any more, and told with its last number once another has taken over and shipped what it left', async () => {
  const { told, running, runs, ship } = start('a', 'b');
  const at = (bootId: string) => join(spoolRoot, bootId);
  await runAndEnd('a', 4, { isClosed: false, at: at('a') });
  await runAndEnd('b', 7, { isClosed: false, at: at('b') });
  runs.linked();
  expect(told.splice(0), 'what runs that go on have written is not waited for').toEqual([shipped({})]);

  running.delete('a');
  runs.changed();
  expect(told.splice(0)).toEqual([{ type: 'holders', holders: ['b'] }]);
  await gatherSegments({ root: spoolRoot, target: at('b'), isInUse: (name) => running.has(name) });
  running.add('c');
  runs.changed();
  expect(told.splice(0)).toEqual([{ type: 'holders', holders: ['b', 'c'] }]);
  await ship(at('b'));
  expect(told).toEqual([shipped({ a: 4 })]);
});

test('nothing is told as long as a run that has ended has a folder, even an empty one: it may write into it still', () => {
  const { told, runs } = start('b');
  mkdirSync(join(spoolRoot, 'a'));
  runs.linked();
  expect(told).toEqual([]);
  rmSync(join(spoolRoot, 'a'), { recursive: true });
  runs.changed();
  expect(told).toEqual([shipped({})]);
});

test('the highest number of a run counts, in whatever order its segments are shipped', async () => {
  const { marks } = start();
  await marks.mark('n.a.2', Buffer.from('{"id":"r","seq":9}\n'));
  await marks.mark('n.a.1', Buffer.from('{"id":"r","seq":4}\n'));
  expect([...marks.read()]).toEqual([['a', 9]]);
});

test('what is remembered of runs is bounded: the oldest are forgotten', async () => {
  const { marks } = start();
  for (let index = 0; index < 510; index += 1)
    await marks.mark(`n.boot-${String(index).padStart(4, '0')}.1`, Buffer.from('{"id":"r","seq":7}\n'));
  for (const known of [marks.read(), start().marks.read()]) {
    expect(known.size).toBe(500);
    expect([...known].at(-1)).toEqual(['boot-0509', 7]);
  }
});
