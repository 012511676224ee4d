import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyring } from '@tollgate/schema';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  keyring as before,
  lines,
  newSealKey,
  sealedProvider,
  signedDelta,
  snapshotLines,
  team,
} from './config-fixture.ts';
import { createConfigStore } from './config-store.ts';
import { createDiskCopy } from './disk-copy.ts';

const [OLD, NEW] = [newSealKey(), newSealKey()];
const [old, both, next] = [createKeyring(OLD), createKeyring(NEW, [OLD]), createKeyring(NEW)];

let folder: string;
const open = (keyring = before) => createConfigStore(keyring, createDiskCopy(folder, keyring, { warn: () => {} }));
const onDisk = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const T = team('t', 'gpt');
const P = sealedProvider('p', 'sk-p-secret');
const Q = sealedProvider('q', 'sk-q-secret');
const sealedOf = ({ item }: typeof P) => (item.kind === 'provider' ? (item.value.sealedApiKey ?? '') : '');
const opened = (store: ReturnType<typeof open>, provider: typeof P) =>
  store.openSealed(`provider:${provider.item.id}`, 'apiKey', sealedOf(provider));

describe('a node’s secrets', () => {
  test('open by the data keys that came with a snapshot or a delta, also after a restart, and never lie on disk', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(1, [P.item], { dataKeys: [P.wrapped()] })));
    const put = { op: 'put' as const, item: Q.item };
    await store.adoptDelta(signedDelta(1, 2, [put], [P.item, Q.item], { dataKeys: [Q.wrapped()] }));
    const restarted = open();
    await restarted.loadFromDisk();
    for (const each of [store, restarted]) {
      expect([opened(each, P), opened(each, Q)]).toEqual(['sk-p-secret', 'sk-q-secret']);
      expect(each.unopened()).toEqual([]);
    }
    const secrets = [P, Q].flatMap(({ dataKey }) =>
      ['base64', 'base64url', 'hex'].map((form) => dataKey.encryptionKey.toString(form as 'hex')),
    );
    for (const text of onDisk())
      for (const secret of [...secrets, 'sk-p-secret', 'sk-q-secret']) expect(text).not.toContain(secret);
  });

  test('an entity that is removed takes its data key with it, in memory and on disk', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(1, [P.item, Q.item], { dataKeys: [P.wrapped(), Q.wrapped()] })));
    await store.adoptDelta(signedDelta(1, 2, [{ op: 'remove', kind: 'provider', id: 'p' }], [Q.item]));
    expect([opened(store, P), opened(store, Q)]).toEqual([undefined, 'sk-q-secret']);
    expect(onDisk().some((text) => text.includes(`"id":"${P.dataKey.id}"`))).toBe(false);
    const restarted = open();
    await restarted.loadFromDisk();
    expect([opened(restarted, P), opened(restarted, Q)]).toEqual([undefined, 'sk-q-secret']);
  });

  test('an entity that was removed and made anew opens by its new data key alone', async () => {
    const store = open();
    const again = sealedProvider('p', 'sk-other');
    await store.adoptSnapshot(lines(snapshotLines(1, [P.item], { dataKeys: [P.wrapped()] })));
    await store.adoptDelta(signedDelta(1, 2, [{ op: 'remove', kind: 'provider', id: 'p' }], []));
    const put = { op: 'put' as const, item: again.item };
    await store.adoptDelta(signedDelta(2, 3, [put], [again.item], { dataKeys: [again.wrapped()] }));
    const restarted = open();
    await restarted.loadFromDisk();
    for (const each of [store, restarted])
      expect([opened(each, P), opened(each, again)]).toEqual([undefined, 'sk-other']);
  });

  test('a data key that was left over on disk, as after a crash, is gone at the next start', async () => {
    const store = open();
    await store.adoptSnapshot(lines(snapshotLines(1, [T, P.item], { dataKeys: [P.wrapped()] })));
    writeFileSync(join(folder, 'data-keys.json'), JSON.stringify({ dataKeys: [P.wrapped(), Q.wrapped()] }));
    await open().loadFromDisk();
    expect(onDisk().some((text) => text.includes(Q.dataKey.id))).toBe(false);
  });

  test.each([
    ['is missing', undefined],
    ['is damaged', '{"dataKeys": ['],
    ['is of another entity', JSON.stringify({ dataKeys: [{ ...Q.wrapped(), owner: 'provider:p' }] })],
  ])(
    'if the data key on disk %s, the rest of the configuration holds and the node says what it lacks',
    async (_, text) => {
      await open().adoptSnapshot(lines(snapshotLines(1, [T, P.item], { dataKeys: [P.wrapped()] })));
      if (text === undefined) rmSync(join(folder, 'data-keys.json'));
      else writeFileSync(join(folder, 'data-keys.json'), text);
      const restarted = open();
      expect(await restarted.loadFromDisk()).toBe(true);
      expect(restarted.index().get('team', 't')).toEqual({ models: ['gpt'] });
      expect(restarted.unopened()).toEqual(['provider:p']);
    },
  );
});

describe('while the sealing key changes', () => {
  const snapshotOf = (signedBy: typeof old) =>
    lines(snapshotLines(1, [P.item], { dataKeys: [P.wrapped(signedBy)], signedBy }));

  test.each([
    ['only the old one knows what one with both sends', both, old],
    ['one with both knows what only the old one sends', old, both],
    ['one with both knows what only the new one sends', next, both],
    ['only the new one knows what one with both sends', both, next],
  ])('%s', async (_, sender, receiver) => {
    const store = open(receiver);
    expect(await store.adoptSnapshot(snapshotOf(sender))).toEqual({ ok: true });
    expect(opened(store, P)).toBe('sk-p-secret');
  });

  test('the disk copy of a node that was started with both keys no longer needs the old one', async () => {
    const first = open(old);
    await first.adoptSnapshot(snapshotOf(old));
    await first.adoptDelta(signedDelta(1, 2, [{ op: 'put', item: T }], [T, P.item], { signedBy: old }));
    await open(both).loadFromDisk();
    const last = open(next);
    expect(await last.loadFromDisk()).toBe(true);
    expect([last.revision(), opened(last, P)]).toEqual([2, 'sk-p-secret']);
    expect(onDisk().join()).not.toContain(`"${old.current.keyId}":`);
  });

  test('what a node with both keys hears from a control plane with the old one opens with the new one alone', async () => {
    const store = open(both);
    await store.adoptSnapshot(snapshotOf(old));
    const put = { op: 'put' as const, item: Q.item };
    const terms = { dataKeys: [Q.wrapped(old)], signedBy: old };
    await store.adoptDelta(signedDelta(1, 2, [put], [P.item, Q.item], terms));
    const last = open(next);
    expect(await last.loadFromDisk()).toBe(true);
    expect([last.revision(), opened(last, P), opened(last, Q)]).toEqual([2, 'sk-p-secret', 'sk-q-secret']);
  });

  test('a node without the key of a data key keeps it, and opens it once it has that key', async () => {
    const store = open(both);
    await store.adoptSnapshot(lines(snapshotLines(1, [P.item], { dataKeys: [P.wrapped(before)], signedBy: next })));
    expect(store.unopened()).toEqual(['provider:p']);
    const restarted = open(next);
    await restarted.loadFromDisk();
    expect(restarted.unopened()).toEqual(['provider:p']);
    const mended = createKeyring(NEW);
    const withBefore = open({ ...mended, accepted: [...mended.accepted, ...before.accepted] });
    await withBefore.loadFromDisk();
    expect(opened(withBefore, P)).toBe('sk-p-secret');
  });
});
