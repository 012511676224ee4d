import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { writeLinks } from '../fleet/node-table.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import { readReplicaKeys } from './sealing-keys.ts';

test('a replica that ended without a word is told apart from one that lives', async () => {
  const { db } = await createTestDatabase();
  for (const id of ['killed', 'living'])
    await writeLinks(db, { id, version: '1', sealingKeys: ['old'], startedAt: new Date() }, [], []);
  await sql`update replica set seen_at = now() - interval '1 minute' where id = 'killed'`.execute(db);
  expect(await readReplicaKeys(db)).toEqual([
    { name: 'replica killed of the control plane', sealingKeys: ['old'], silentSince: expect.any(Date) },
    { name: 'replica living of the control plane', sealingKeys: ['old'], silentSince: undefined },
  ]);
});
