import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PastRun } from '@tollgate/schema';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPastRuns, type PastRuns } from './past-runs.ts';
import { createShipper } from './shipper.ts';
import { createSpool, type UnplacedRecord } from './spool.ts';
import { recoverSpoolFolder } from './spool-folder.ts';

let root: string;
let spoolFolder: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tollgate-runs-'));
  spoolFolder = join(root, 'spool');
  folder = join(root, 'runs');
  mkdirSync(spoolFolder);
});
afterEach(() => rmSync(root, { recursive: true }));

/** A run that records so many requests; unless it is closed it is killed, with the last of them in an open segment. */
async function runAndEnd(bootId: string, records: number, { isClosed }: { isClosed: boolean }): Promise<void> {
  const spool = createSpool({ folder: spoolFolder, nodeId: 'n', bootId, sealAfterMs: 60_000, onSealed: () => {} });
  const record = { id: 'r', tags: [] } as unknown as UnplacedRecord;
  await Promise.all(
    Array.from({ length: records }, () => new Promise<void>((resolve) => spool.append(record, () => resolve()))),
  );
  if (isClosed) spool.close();
}

/** The next run of the node, which tells what it knows unless its link is down. */
function start() {
  const told: (readonly PastRun[])[] = [];
  const link = { isUp: true };
  const send = ({ runs }: { readonly runs: readonly PastRun[] }) => link.isUp && told.push(runs) > 0;
  return { told, link, past: createPastRuns({ spoolFolder, folder, send }) };
}

const ship = async (past: PastRuns) => {
  const transport = { send: async () => {}, close: async () => {} };
  await createShipper(spoolFolder, transport, pino({ level: 'silent' }), past).stop(5_000);
};

test('earlier runs are told with their last numbers, once nothing of them is left: be it open, sealed or shipped before', async () => {
  await runAndEnd('a', 3, { isClosed: true });
  await ship(start().past);
  await runAndEnd('b', 5, { isClosed: false });
  recoverSpoolFolder(spoolFolder);
  const { told, past } = start();
  past.linked();
  expect(told).toEqual([]);
  await ship(past);
  const runs = [
    { holder: 'a', lastSeq: 3 },
    { holder: 'b', lastSeq: 5 },
  ];
  expect(told).toEqual([runs]);
  past.linked();
  expect(told).toEqual([runs, runs]);
  const next = start();
  next.past.linked();
  expect(next.told).toEqual([runs]);
});

test('what could not be told while the link was down is told when it is up, once for each link', async () => {
  await runAndEnd('a', 2, { isClosed: true });
  const { told, link, past } = start();
  link.isUp = false;
  await ship(past);
  link.isUp = true;
  past.linked();
  past.shipped();
  expect(told).toEqual([[{ holder: 'a', lastSeq: 2 }]]);
});

test('what is remembered of runs is bounded: the oldest are forgotten', async () => {
  const { past } = start();
  for (let index = 0; index < 510; index += 1) {
    await past.mark(`n.boot-${String(index).padStart(4, '0')}.1`, Buffer.from('{"id":"r","seq":7}\n'));
  }
  const next = start();
  next.past.linked();
  expect(next.told[0]).toHaveLength(500);
  expect(next.told[0]?.at(-1)).toEqual({ holder: 'boot-0509', lastSeq: 7 });
  expect(readdirSync(folder)).toHaveLength(500);
});
