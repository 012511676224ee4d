import { expect, test } from 'vitest';
import { createTestChangeSets, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import type { ChangeOrigin } from './change-request.ts';
import type { Touch } from './entity-effect.ts';

/** Refuses everything, and remembers what it was asked. */
function createRefusal() {
  const asked: Touch[] = [];
  const origin: ChangeOrigin = {
    ...TEST_ORIGIN,
    authorize(touches) {
      asked.push(...touches);
      return [{ code: 'forbidden', message: 'no' }];
    },
  };
  return { asked, origin };
}

test('who may not change something learns nothing else of it: no entry, no other problem', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  await changeSets.commit({ changes: [put('team', 't', { models: ['secret-model'] })] }, TEST_ORIGIN);
  const { origin } = createRefusal();
  const changes = [
    { ...put('team', 't', { models: [] }), expectedVersion: 9 },
    put('virtual-key', 'k', { team: 'nobody' }),
    { op: 'delete', kind: 'team', name: 'gone' } as const,
  ];
  const problems = [{ code: 'forbidden', message: 'no' }];
  expect(await changeSets.plan({ changes, expectedRevision: 0 }, origin)).toMatchObject({ entries: [], problems });
  const result = await changeSets.commit({ changes, expectedRevision: 0 }, origin);
  expect(result).toMatchObject({ committed: false, entries: [], problems });
  expect(JSON.stringify(result)).not.toContain('secret-model');
});

test('everything that a change set names is asked about, also what is deleted along and what would be refused anyway', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const first = [put('team', 't', {}), put('virtual-key', 'k', { team: 't' }), put('tag', 'same', {})];
  await changeSets.commit({ changes: [...first, put('tag', 'pruned', {})], owner: 'acme' }, TEST_ORIGIN);
  const { asked, origin } = createRefusal();
  const changes = [
    { op: 'delete', kind: 'team', name: 't', cascade: true } as const,
    put('tag', 'same', {}),
    { op: 'block', kind: 'virtual-key', name: 'gone' } as const,
  ];
  await changeSets.commit({ changes, owner: 'acme', prune: true }, origin);
  expect(asked.map(({ op, id }) => `${op} ${id}`).sort()).toEqual([
    'block virtual-key:gone',
    'delete tag:pruned',
    'delete team:t',
    'delete virtual-key:k',
    'put tag:same',
  ]);
});
