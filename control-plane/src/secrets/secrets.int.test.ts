import { randomBytes } from 'node:crypto';
import { createDataKey, createKeyring, unwrapDataKey, wrapDataKey } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { destroyDataKeys, insertDataKeys, readDataKeys } from './data-key-table.ts';
import { forNodes } from './data-keys-for-nodes.ts';
import { establishInstallationKey } from './installation-key.ts';
import { readFields } from './opened-fields.ts';
import { findByPersonal, replaceDigests } from './personal-digests.ts';
import { rewrapBatch } from './rewrap.ts';
import { openSealer } from './sealer.ts';
import { readSealingKeyUses } from './sealing-keys.ts';

const NOW = new Date('2026-11-24T00:00:00Z');
const [OLD, NEW, OTHER] = [1, 2, 3].map(() => randomBytes(32).toString('base64')) as [string, string, string];
const [old, both, next, stranger] = [
  createKeyring(OLD),
  createKeyring(NEW, [OLD]),
  createKeyring(NEW),
  createKeyring(OTHER),
];

const inOne = <T>(db: Database, work: Parameters<ReturnType<Database['transaction']>['execute']>[0]) =>
  db.transaction().execute(work) as Promise<T>;

/** Seals one field of each owner as a commit does. */
async function sealFields(db: Database, owners: readonly string[], keyring = old): Promise<readonly string[]> {
  const sealer = await openSealer(db, keyring, owners);
  const sealed = owners.map((owner) => sealer.seal(owner, 'email', `${owner}@example.test`));
  await inOne(db, (trx) => insertDataKeys(trx, sealer.made(), NOW));
  return sealed;
}

describe('sealing the fields of entities', () => {
  test('what was sealed is opened, one data key each; the same text is sealed alike from one commit to the next', async () => {
    const { db } = await createTestDatabase();
    const owners = ['user:ada', 'user:bob'];
    const sealed = await sealFields(db, owners);
    expect(await sealFields(db, owners)).toEqual(sealed);
    const reader = await readFields(db, old, owners);
    expect(owners.map((owner, at) => reader.open(owner, 'email', sealed[at] ?? ''))).toEqual(
      owners.map((owner) => ({ tag: 'text', text: `${owner}@example.test` })),
    );
    expect(reader.open('user:ada', 'email', sealed[1] ?? '')).toEqual({ tag: 'erased' });
    expect(reader.open('user:ada', 'displayName', sealed[0] ?? '')).toEqual({ tag: 'unreadable' });
  });

  test('once a data key is destroyed its fields are erased for good, also if the entity is made again; others are not', async () => {
    const { db } = await createTestDatabase();
    const owners = ['user:ada', 'user:bob'];
    const [ada = '', bob = ''] = await sealFields(db, owners);
    await inOne(db, (trx) => destroyDataKeys(trx, ['user:ada']));
    const [again = ''] = await sealFields(db, ['user:ada']);
    const reader = await readFields(db, old, owners);
    expect(reader.open('user:ada', 'email', ada)).toEqual({ tag: 'erased' });
    expect(reader.open('user:ada', 'email', again).tag).toBe('text');
    expect(reader.open('user:bob', 'email', bob).tag).toBe('text');
  });

  test('a process without the sealing key says which is missing, and reads nothing wrong', async () => {
    const { db } = await createTestDatabase();
    const [sealed = ''] = await sealFields(db, ['user:ada']);
    const message = `wrapped with the sealing key ${old.current.keyId}, and this process accepts ${stranger.current.keyId}`;
    await expect(openSealer(db, stranger, ['user:ada'])).rejects.toThrow(message);
    const reader = await readFields(db, stranger, ['user:ada']);
    expect(reader.open('user:ada', 'email', sealed)).toEqual({ tag: 'unreadable' });
  });
});

describe('the data key of the installation', () => {
  test('is made once, whoever starts at the same time, and a control plane with another sealing key does not start', async () => {
    const { db } = await createTestDatabase();
    const keys = await Promise.all([1, 2, 3].map(() => establishInstallationKey(db, old, NOW)));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    expect((await establishInstallationKey(db, both, NOW)).id).toBe(keys[0]?.id);
    await expect(establishInstallationKey(db, stranger, NOW)).rejects.toThrow(/installation is wrapped with/);
  });

  test('finds people by a personal field without regard to case, until they are erased, also under a new sealing key', async () => {
    const { db } = await createTestDatabase();
    const find = async (keyring: typeof old, text: string) =>
      findByPersonal(db, await establishInstallationKey(db, keyring, NOW), {
        kind: 'user',
        field: 'email',
        text,
        limit: 2,
      });
    const installationKey = await establishInstallationKey(db, old, NOW);
    const texts = [
      { owner: 'user:ada', field: 'email', text: 'Ada@Example.test' },
      { owner: 'user:bob', field: 'email', text: 'bob@example.test' },
      { owner: 'user:bob', field: 'displayName', text: 'ada@example.test' },
      { owner: 'customer:ada', field: 'email', text: 'ada@example.test' },
    ];
    const owners = texts.map(({ owner }) => owner);
    await inOne(db, (trx) => replaceDigests(trx, installationKey, owners, texts));
    expect(await find(both, 'ada@example.TEST')).toEqual(['ada']);
    await inOne(db, (trx) => replaceDigests(trx, installationKey, ['user:bob'], []));
    expect(await find(old, 'bob@example.test')).toEqual([]);
    await inOne(db, (trx) => destroyDataKeys(trx, ['user:ada']));
    expect(await find(old, 'ada@example.test')).toEqual([]);
  });
});

describe('changing the sealing key', () => {
  test('all data keys are wrapped anew in batches, each opens with the new key alone, and the count says so', async () => {
    const { db } = await createTestDatabase();
    const owners = Array.from({ length: 2_500 }, (_, index) => `customer:${index}`);
    const sealed = await sealFields(db, owners);
    const { keyId } = next.current;
    expect(await readSealingKeyUses(db, both)).toMatchObject([
      { keyId, isCurrent: true, dataKeys: 0, onlyDataKeys: 0 },
      { keyId: old.current.keyId, isCurrent: false, isAccepted: true, dataKeys: 2_500, onlyDataKeys: 2_500 },
    ]);
    const counts: number[] = [];
    let after: string | undefined;
    do {
      const { rewrapped, next: goOn } = await rewrapBatch(db, both, after);
      counts.push(rewrapped);
      after = goOn;
    } while (after !== undefined);
    expect(counts).toEqual([1_000, 1_000, 500]);
    expect(await readSealingKeyUses(db, next)).toEqual([
      { keyId, isCurrent: true, isAccepted: true, dataKeys: 2_500, onlyDataKeys: 0 },
    ]);
    const reader = await readFields(db, next, owners);
    expect(owners.every((owner, at) => reader.open(owner, 'email', sealed[at] ?? '').tag === 'text')).toBe(true);
    expect(await rewrapBatch(db, both, undefined)).toMatchObject({ rewrapped: 0, checked: 1_000 });
  });

  test('what is made meanwhile opens for processes with either key, and afterwards loses the old wrap', async () => {
    const { db } = await createTestDatabase();
    await sealFields(db, ['user:ada'], both);
    await openSealer(db, old, ['user:ada']);
    await openSealer(db, next, ['user:ada']);
    expect(await rewrapBatch(db, next, undefined)).toEqual({ rewrapped: 1, checked: 1, unopened: [], next: undefined });
    await expect(openSealer(db, old, ['user:ada'])).rejects.toThrow();
  });

  test('a data key that no accepted sealing key opens is named, left as it is, and holds up no other', async () => {
    const { db } = await createTestDatabase();
    await sealFields(db, ['user:ada'], stranger);
    await sealFields(db, ['user:bob'], old);
    expect(await rewrapBatch(db, both, undefined)).toMatchObject({ rewrapped: 1, unopened: ['user:ada'] });
    await openSealer(db, stranger, ['user:ada']);
    await openSealer(db, next, ['user:bob']);
  });

  test('a data key that is destroyed while it is wrapped anew stays destroyed', async () => {
    const { db } = await createTestDatabase();
    await sealFields(db, ['user:ada']);
    await Promise.all([inOne(db, (trx) => destroyDataKeys(trx, ['user:ada'])), rewrapBatch(db, both, undefined)]);
    expect((await readDataKeys(db, ['user:ada'])).size).toBe(0);
  });

  test('nodes get data keys wrapped with every sealing key that is accepted, whatever they are stored with', () => {
    const dataKey = createDataKey('provider:p');
    for (const stored of [old, both, next]) {
      const sent = forNodes(both, wrapDataKey(stored, dataKey));
      for (const node of [old, both, next]) expect(unwrapDataKey(node, sent)).toEqual(dataKey);
    }
    const unopened = wrapDataKey(stranger, dataKey);
    expect(forNodes(both, unopened)).toBe(unopened);
  });
});
