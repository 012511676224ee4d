import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { areShipped, createPastRuns, readPastRuns } from './past-runs.ts';
import { createShipper } from './shipper.ts';
import { createSpool, type UnplacedRecord } from './spool.ts';
import { recoverSpoolFolder } from './spool-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-runs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A run that records so many requests and is killed, with the last of them in an open segment. */
async function runAndDie(bootId: string, records: number, isSealed = false): Promise<void> {
  const spool = createSpool({ folder, nodeId: 'n', bootId, sealAfterMs: 60_000, onSealed: () => {} });
  const record = { id: 'r', tags: [] } as unknown as UnplacedRecord;
  await Promise.all(
    Array.from({ length: records }, () => new Promise<void>((resolve) => spool.append(record, () => resolve()))),
  );
  if (isSealed) spool.close();
}

const ship = async () => {
  const transport = { send: async () => {}, close: async () => {} };
  await createShipper(folder, transport, pino({ level: 'silent' })).stop(5_000);
};

test('an earlier run is known with its last number, be its records in an open segment, a sealed one or shipped', async () => {
  await runAndDie('a', 3, true);
  await ship();
  await runAndDie('b', 5);
  recoverSpoolFolder(folder);
  await runAndDie('c', 0);
  const runs = readPastRuns(folder);
  expect(runs).toEqual([
    { holder: 'a', lastSeq: 3 },
    { holder: 'b', lastSeq: 5 },
  ]);
  expect(areShipped(folder, runs)).toBe(false);
  await ship();
  expect(areShipped(folder, runs)).toBe(true);
  expect(readPastRuns(folder)).toEqual(runs);
});

test('what is remembered of runs is bounded: the oldest are forgotten', async () => {
  for (let index = 0; index < 510; index += 1) await runAndDie(`boot-${String(index).padStart(4, '0')}`, 1, true);
  await ship();
  const runs = readPastRuns(folder);
  expect(runs).toHaveLength(500);
  expect(runs.at(-1)).toEqual({ holder: 'boot-0509', lastSeq: 1 });
  expect(readdirSync(folder)).toHaveLength(500);
});

test('the control plane is told once all is shipped, and again with each link', async () => {
  await runAndDie('a', 2, true);
  const told: object[] = [];
  let isUp = true;
  const past = createPastRuns(folder, (message) => isUp && told.push(message) > 0);
  past.linked();
  expect(told).toEqual([]);
  const transport = { send: async () => {}, close: async () => {} };
  isUp = false;
  await createShipper(folder, transport, pino({ level: 'silent' }), past.shipped).stop(5_000);
  isUp = true;
  past.linked();
  past.shipped();
  past.linked();
  const shipped = { type: 'shipped', runs: [{ holder: 'a', lastSeq: 2 }] };
  expect(told).toEqual([shipped, shipped]);
});
