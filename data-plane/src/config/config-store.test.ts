import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNAPSHOT_SCHEMA_VERSION } from '@tollgate/schema';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { key, keyring, lines, signedDelta, snapshotLines, team } from './config-fixture.ts';
import { createConfigStore } from './config-store.ts';
import { createDiskCopy } from './disk-copy.ts';

const log = { warn: () => {} };
let folder: string;
const open = () => createConfigStore(keyring, createDiskCopy(folder, keyring, log));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const A = team('a', 'gpt');
const B = team('b', 'claude');

describe('the node’s configuration', () => {
  test('a snapshot and the deltas after it are there again after a restart', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(3, [A])));
    await store.adoptDelta(signedDelta(3, 5, [{ op: 'put', item: B }], [A, B]));
    await store.adoptDelta(signedDelta(5, 6, [{ op: 'remove', kind: 'team', id: 'a' }], [B]));

    const restarted = open();
    expect(await restarted.loadFromDisk()).toBe(true);
    expect(restarted.revision()).toBe(6);
    expect(restarted.checksum()).toBe(store.checksum());
    expect(restarted.index().get('team', 'a')).toBeUndefined();
    expect(restarted.index().get('team', 'b')).toEqual({ models: ['claude'] });
  });

  test('a node whose first configuration came as a delta has it again after a restart', async () => {
    await open().adoptDelta(signedDelta(0, 4, [{ op: 'put', item: A }], [A]));
    const restarted = open();
    expect(await restarted.loadFromDisk()).toBe(true);
    expect(restarted.revision()).toBe(4);
  });

  test('deltas that outgrew their bound are folded into the snapshot at the next start', async () => {
    const big = team('big', ...Array.from({ length: 50_000 }, (_, index) => `model-with-a-long-name-${index}`));
    const store = open();
    for (let to = 1; to <= 8; to += 1)
      await store.adoptDelta(signedDelta(to - 1, to, [{ op: 'put', item: big }], [big]));
    expect(await open().loadFromDisk()).toBe(true);
    expect(readdirSync(folder)).toEqual(['data-keys.json', 'snapshot.ndjson']);
    const restarted = open();
    await restarted.loadFromDisk();
    expect(restarted.revision()).toBe(8);
    expect(restarted.checksum()).toBe(store.checksum());
  });

  test('a delta whose last line was torn by a crash is passed over, the ones before it hold', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(3, [A])));
    await store.adoptDelta(signedDelta(3, 5, [{ op: 'put', item: B }], [A, B]));
    appendFileSync(join(folder, 'deltas.ndjson'), JSON.stringify(signedDelta(5, 6, [], [A, B])).slice(0, 40));

    const restarted = open();
    await restarted.loadFromDisk();
    expect(restarted.revision()).toBe(5);
  });

  test('deltas that a new snapshot already contains do no harm, as after a crash between its two steps', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(5, [A, B])));
    appendFileSync(
      join(folder, 'deltas.ndjson'),
      `${JSON.stringify(signedDelta(3, 5, [{ op: 'put', item: B }], [A, B]))}\n`,
    );
    await store.adoptDelta(signedDelta(5, 7, [{ op: 'remove', kind: 'team', id: 'b' }], [A]));

    const restarted = open();
    await restarted.loadFromDisk();
    expect(restarted.revision()).toBe(7);
  });

  test.each([
    ['does not follow on', signedDelta(4, 5, [], [A])],
    ['has a wrong checksum', signedDelta(3, 5, [{ op: 'put', item: B }], [A])],
    ['has a wrong signature', { ...signedDelta(3, 5, [{ op: 'put', item: B }], [A, B]), signature: 'f'.repeat(64) }],
  ])('a delta that %s is refused, and nothing of it is kept', async (_, delta) => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(3, [A])));
    expect((await store.adoptDelta(delta)).ok).toBe(false);
    expect(store.revision()).toBe(3);
    expect(store.index().get('team', 'b')).toBeUndefined();
  });

  test.each([
    ['ends before its tail', snapshotLines(9, [B]).slice(0, -1)],
    ['lost an item', snapshotLines(9, [A, B]).filter((_, index) => index !== 1)],
    ['was changed', snapshotLines(9, [B]).map((line) => line.replace('claude', 'clouds'))],
    ['is not JSON', ['nonsense']],
    [
      'is of an unknown version',
      snapshotLines(9, [B]).map((line) =>
        line.replace(`"schemaVersion":${SNAPSHOT_SCHEMA_VERSION}`, '"schemaVersion":0'),
      ),
    ],
  ])('a snapshot that %s is refused, the old one stays in force and on disk', async (_, wrong) => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(3, [A])));
    expect((await store.adoptSnapshot(lines(wrong))).ok).toBe(false);
    expect(store.revision()).toBe(3);
    const restarted = open();
    await restarted.loadFromDisk();
    expect(restarted.revision()).toBe(3);
    expect(readdirSync(folder)).not.toContain('snapshot.ndjson.incoming');
  });

  test('one delta may put and remove the same entity', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(3, [A])));
    const delta = signedDelta(
      3,
      9,
      [
        { op: 'put', item: B },
        { op: 'remove', kind: 'team', id: 'b' },
        { op: 'put', item: team('a') },
      ],
      [team('a')],
    );
    expect(await store.adoptDelta(delta)).toEqual({ ok: true });
  });

  test('a key that gets a new secret is found by it, and no longer by the old one', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(1, [key('k', 'old')])));
    await store.adoptDelta(signedDelta(1, 2, [{ op: 'put', item: key('k', 'new') }], [key('k', 'new')]));
    expect(store.index().findKey('old')).toBeUndefined();
    expect(store.index().findKey('new')?.name).toBe('k');
  });

  test('a secret that moves from one key to another in one delta is found at its new key', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(1, [key('k', 'secret')])));
    const items = [key('l', 'secret')];
    await store.adoptDelta(
      signedDelta(
        1,
        2,
        [
          { op: 'put', item: key('l', 'secret') },
          { op: 'remove', kind: 'virtual-key', id: 'k' },
        ],
        items,
      ),
    );
    expect(store.index().findKey('secret')?.name).toBe('l');
  });
});
