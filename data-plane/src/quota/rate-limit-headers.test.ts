import type { NodeQuota } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { quotaOf } from './quota-book-fixture.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

type Known = { readonly limit: number; readonly held: number; readonly resetAtMs: number; readonly available: number };

function headersOf(known: Readonly<Record<string, Known>>, quotas: readonly NodeQuota[]) {
  const view = (id: string) => {
    const quota = known[id];
    return quota && { available: quota.available, view: { ...quota, short: undefined, asOfMs: 0 } };
  };
  return rateLimitHeaders({ view }, quotas, 1_000);
}

test('of limits of the same unit the one with the least left is told of; what is leased here and idle counts as left', () => {
  const known = {
    wide: { limit: 1_000, held: 10, resetAtMs: 361_000, available: 0 },
    tight: { limit: 10, held: 8, resetAtMs: 1_250, available: 3 },
    tokens: { limit: 500, held: 600, resetAtMs: 21_000, available: 0 },
  };
  const requests = { unit: 'requests' as const };
  expect(headersOf(known, [quotaOf('wide', requests), quotaOf('tight', requests), quotaOf('tokens')])).toEqual([
    ...['x-ratelimit-limit-requests', '10', 'x-ratelimit-remaining-requests', '5'],
    ...['x-ratelimit-reset-requests', '250ms', 'x-ratelimit-limit-tokens', '500'],
    ...['x-ratelimit-remaining-tokens', '0', 'x-ratelimit-reset-tokens', '20s'],
  ]);
});

test('nothing is told of money, of requests under way, of shadow mode, or of what is not known yet', () => {
  const known = { q: { limit: 10, held: 8, resetAtMs: 1_250, available: 3 } };
  for (const quota of [
    quotaOf('q', { unit: 'nano_usd' }),
    quotaOf('q', { unit: 'concurrent' }),
    quotaOf('q', { mode: 'shadow' }),
    quotaOf('unknown'),
  ])
    expect(headersOf(known, [quota])).toEqual([]);
});

test.each([
  [0, '0s'],
  [1, '1ms'],
  [999.5, '1s'],
  [1_000, '1s'],
  [59_001, '1m0s'],
  [360_000, '6m0s'],
  [Number.POSITIVE_INFINITY, '0s'],
])('a wait of %d ms is written as %s', (waitMs, text) => {
  const known = { q: { limit: 1, held: 1, resetAtMs: 1_000 + waitMs, available: 0 } };
  expect(headersOf(known, [quotaOf('q')]).at(-1)).toBe(text);
});
