import { hashSecret } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../test-support/test-database.ts';
import { establishAdminToken } from './admin-token.ts';
import { bearerToken, isTokenOf } from './bearer.ts';

const now = new Date();

test('the first start makes a token, stores only its hash, and the next start knows it', async () => {
  const { db } = await createTestDatabase();
  const first = await establishAdminToken(db, undefined, now);
  expect(first.tokenHash).toBe(hashSecret(first.issued ?? ''));
  expect(await establishAdminToken(db, undefined, now)).toEqual({ tokenHash: first.tokenHash });
  expect(JSON.stringify(await db.selectFrom('admin_token').selectAll().execute())).not.toContain(first.issued);
});

test('of replicas that start for the first time at once, one makes the token and all agree on it', async () => {
  const { db } = await createTestDatabase();
  const all = await Promise.all(Array.from({ length: 5 }, () => establishAdminToken(db, undefined, now)));
  expect(all.filter(({ issued }) => issued !== undefined)).toHaveLength(1);
  expect(new Set(all.map(({ tokenHash }) => tokenHash)).size).toBe(1);
});

test('a token that is given is the one that holds', async () => {
  const { db } = await createTestDatabase();
  await establishAdminToken(db, undefined, now);
  expect(await establishAdminToken(db, 'the-given-token', now)).toEqual({ tokenHash: hashSecret('the-given-token') });
});

test('only the exact token of a bearer header passes', () => {
  const hash = hashSecret('token');
  const passes = (header: string | undefined) => isTokenOf(hash, bearerToken(header));
  expect(passes('Bearer token')).toBe(true);
  expect(passes('bearer token')).toBe(true);
  for (const header of [undefined, '', 'token', 'Basic token', 'Bearer ', 'Bearer token2', 'Bearer a token']) {
    expect(passes(header)).toBe(false);
  }
});
