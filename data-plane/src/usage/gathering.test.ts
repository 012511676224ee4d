import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../folder-lock.ts';
import { createGathering } from './gathering.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tollgate-gathering-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function leave(bootId: string): void {
  mkdirSync(join(root, bootId));
  writeFileSync(join(root, bootId, `n.${bootId}.1.sealed`), '{"seq":1}\n');
}

test('what a process left that outlived its supervisor is taken over once it has ended; until then it is known to go on', async () => {
  leave('outlives');
  const unlock = await lockFolder(join(root, 'outlives'));
  const gathering = createGathering({ root, target: () => root, log: { error: () => expect.unreachable() } });
  const moved: [number, string][] = [];
  gathering.onGathered((bytes, target) => moved.push([bytes, target]));
  await gathering.gather();
  expect(moved).toEqual([[0, root]]);
  expect(gathering.heldElsewhere()).toEqual(['outlives']);
  unlock();
  await expect
    .poll(() => moved, { timeout: 10_000 })
    .toEqual([
      [0, root],
      [10, root],
    ]);
  expect(gathering.heldElsewhere()).toEqual([]);
  gathering.stop();
});

test('a failure is told, and what was not taken over then is later', async () => {
  leave('ended');
  const target = join(root, 'mine');
  writeFileSync(target, 'not a folder');
  const failures: object[] = [];
  const gathering = createGathering({
    root,
    target: () => target,
    log: { error: (details) => failures.push(details) },
  });
  const moved: number[] = [];
  gathering.onGathered((bytes) => moved.push(bytes));
  await gathering.gather();
  expect(failures).toHaveLength(1);
  rmSync(target);
  await expect.poll(() => moved, { timeout: 10_000 }).toEqual([10]);
  gathering.stop();
});
