import { newId } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { createTestClock } from '../../test-support/test-clock.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { createServiceTokens, type NewServiceToken } from './service-tokens.ts';

async function startTokens() {
  const { db } = await createTestDatabase();
  const { now, pass } = createTestClock();
  const tokenOf = (more: Partial<NewServiceToken> = {}): NewServiceToken => ({
    serviceAccount: 'ci',
    scopes: ['config:read'],
    description: 'nightly',
    createdBy: 'admin',
    expiresAt: null,
    ...more,
  });
  return { db, now, pass, tokenOf, tokens: createServiceTokens({ db, now, newId }) };
}

test('a token is shown once, stored as a hash, and found with its scopes until it is revoked', async () => {
  const { db, now, tokens, tokenOf } = await startTokens();
  const issued = await tokens.issue(tokenOf());
  expect(issued?.token).toMatch(/^tg-service-.{43}$/);
  expect(JSON.stringify(await db.selectFrom('service_token').selectAll().execute())).not.toContain(issued?.token);
  expect(await tokens.find(issued?.token ?? '')).toMatchObject({ serviceAccount: 'ci', scopes: ['config:read'] });
  expect(await tokens.list('ci')).toMatchObject([{ id: issued?.id, lastUsedAt: now(), description: 'nightly' }]);
  expect(await tokens.list('other')).toEqual([]);
  expect(await tokens.revoke(issued?.id ?? '')).toBe(true);
  expect(await tokens.revoke(issued?.id ?? '')).toBe(false);
  expect(await tokens.find(issued?.token ?? '')).toBeUndefined();
});

test('a token stops at the instant at which it expires', async () => {
  const { now, pass, tokens, tokenOf } = await startTokens();
  const issued = await tokens.issue(tokenOf({ expiresAt: new Date(now().getTime() + 1_000) }));
  pass(999);
  expect(await tokens.find(issued?.token ?? '')).toBeDefined();
  pass(1);
  expect(await tokens.find(issued?.token ?? '')).toBeUndefined();
});

test('an account has at most 100 tokens', async () => {
  const { tokens, tokenOf } = await startTokens();
  for (let index = 0; index < 100; index += 1) expect(await tokens.issue(tokenOf())).toBeDefined();
  expect(await tokens.issue(tokenOf())).toBeUndefined();
  expect(await tokens.issue(tokenOf({ serviceAccount: 'other' }))).toBeDefined();
});
