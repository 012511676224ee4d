import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../folder-lock.ts';
import { gatherSegments } from './gather-segments.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tollgate-gather-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function leave(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text);
}

const target = () => join(root, 'mine');

test('what processes that are gone left is sealed and moved, and a line without its end is cut off', async () => {
  leave('', { 'n.a.1.open': '{"seq":1}\n', 'n.a.0.sealed': 'x\n' });
  leave('b', { 'n.b.2.open': '{"seq":2}\n{"se', 'n.b.1.sealed': '{"seq":1}\n' });
  leave('c', { 'n.c.1.open': '{"to' });
  expect(await gatherSegments({ root, target: target() })).toEqual({ bytes: 32, heldElsewhere: [] });
  expect(readdirSync(root)).toEqual(['mine']);
  expect(readdirSync(target()).sort()).toEqual(['n.a.0.sealed', 'n.a.1.sealed', 'n.b.1.sealed', 'n.b.2.sealed']);
  expect(readFileSync(join(target(), 'n.b.2.sealed'), 'utf8')).toBe('{"seq":2}\n');
});

test('a folder whose process runs is left as it is, and it is said that it is worth while to look again', async () => {
  leave('known', { 'n.k.1.open': '{"seq":1}\n' });
  leave('orphaned', { 'n.o.1.open': '{"seq":1}\n' });
  const unlock = await lockFolder(join(root, 'orphaned'));
  const options = { root, target: target(), isInUse: (name: string) => name === 'known' };
  expect(await gatherSegments(options)).toEqual({ bytes: 0, heldElsewhere: ['orphaned'] });
  expect(readdirSync(join(root, 'known'))).toEqual(['n.k.1.open']);
  expect(readdirSync(join(root, 'orphaned'))).toEqual(['n.o.1.open']);
  unlock();
  expect(await gatherSegments(options)).toEqual({ bytes: 10, heldElsewhere: [] });
});

test('a node of one process gathers into the root itself', async () => {
  leave('', { 'n.a.1.sealed': 'x\n' });
  leave('b', { 'n.b.1.sealed': '{"seq":1}\n' });
  expect(await gatherSegments({ root, target: root })).toEqual({ bytes: 10, heldElsewhere: [] });
  expect(readdirSync(root).sort()).toEqual(['n.a.1.sealed', 'n.b.1.sealed']);
});
