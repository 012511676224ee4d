import type { NodeQuota } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { type QuotaRefusal, toRefusal } from './quota-refusal.ts';

const NOW_MS = 1_000;
const MONEY = 'team:search#nano_usd/month/Europe%2FBerlin/gpt-4.1';
const REQUESTS = 'virtual-key:a#requests/1m';

function refuse(id: string, unit: NodeQuota['unit'], waitMs: number, more: Partial<QuotaRefusal> = {}) {
  const view = { limit: 600, held: 598, resetAtMs: NOW_MS + waitMs, short: 'exhausted' as const, asOfMs: 0 };
  return toRefusal({ quota: { id, unit, limit: 600 }, reason: 'exhausted', amount: 5, view, ...more }, NOW_MS);
}

test('rate_limit_exceeded says which limit, how much of it is used and when to come again', () => {
  const { error, headers } = refuse(REQUESTS, 'requests', 2_001);
  expect(error.code).toBe('rate_limit_exceeded');
  expect(error.message).toBe(
    'The request does not fit the limit of requests of virtual key a per 1m: limit 600, used or reserved 598, this request 5. It resets in 3 s.',
  );
  expect(headers).toEqual(['retry-after', '3']);
});

test('budget_exceeded speaks of money, the model and the time zone', () => {
  const { error } = refuse(MONEY, 'nano_usd', 1_000);
  expect(error.code).toBe('budget_exceeded');
  expect(error.message).toContain('the budget of team search per month (Europe/Berlin) for gpt-4.1');
  expect(error.message).toContain('USD');
});

test('quota_unavailable names the quota and no numbers', () => {
  const { error, headers } = refuse(REQUESTS, 'requests', 1, { reason: 'unavailable', view: undefined });
  expect(error).toEqual({
    code: 'quota_unavailable',
    message: 'It cannot be told now whether the limit of requests of virtual key a per 1m has room. Try again soon.',
  });
  expect(headers).toEqual(['retry-after', '1']);
});

test.each([
  ['never 0', 0, ['retry-after', '1']],
  ['a minute, which an SDK waits', 60_000, ['retry-after', '60']],
  ['longer, which it should not', 60_001, ['retry-after', '61', 'x-should-retry', 'false']],
  ['a day at most', 40 * 86_400_000, ['retry-after', '86400', 'x-should-retry', 'false']],
  ['never', Number.POSITIVE_INFINITY, ['x-should-retry', 'false']],
])('retry-after is %s', (_, waitMs, headers) => {
  expect(refuse(MONEY, 'nano_usd', waitMs).headers).toEqual(headers);
});

test('of concurrent requests some are over soon, whatever is known of the window', () => {
  const { error, headers } = refuse('team:a#concurrent', 'concurrent', Number.POSITIVE_INFINITY);
  expect(headers).toEqual(['retry-after', '1']);
  expect(error.message).toContain('the limit of concurrent requests of team a:');
});

test('a quota with a name of its own is called by it', () => {
  expect(refuse('budget:spring-sale#nano_usd/lifetime', 'nano_usd', 0).error.message).toContain(
    'the budget of spring-sale:',
  );
});
