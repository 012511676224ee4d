import type { NodeQuota } from '@tollgate/schema';
import type { HeaderList } from '../http/client-response.ts';
import type { QuotaBook } from './quota-book.ts';

const NONE: HeaderList = Object.freeze([]);

/**
 * `x-ratelimit-…` as OpenAI gives them, of the limit of requests and of tokens that has the least left. What is left is known as of the
 * last word of the authority, less what was taken here since.
 */
export function rateLimitHeaders(
  book: Pick<QuotaBook, 'view'>,
  quotas: readonly NodeQuota[],
  nowMs: number,
): HeaderList {
  let headers: string[] | undefined;
  for (const unit of ['requests', 'tokens'] as const) {
    const tightest = findTightest(book, quotas, unit);
    if (tightest === undefined) continue;
    headers ??= [];
    headers.push(`x-ratelimit-limit-${unit}`, String(tightest.limit));
    headers.push(`x-ratelimit-remaining-${unit}`, String(tightest.remaining));
    headers.push(`x-ratelimit-reset-${unit}`, toDuration(tightest.resetAtMs - nowMs));
  }
  return headers ?? NONE;
}

type Tightest = { readonly limit: number; readonly remaining: number; readonly resetAtMs: number };

function findTightest(
  book: Pick<QuotaBook, 'view'>,
  quotas: readonly NodeQuota[],
  unit: NodeQuota['unit'],
): Tightest | undefined {
  let tightest: Tightest | undefined;
  for (const quota of quotas) {
    if (quota.unit !== unit || quota.mode === 'shadow') continue;
    const known = book.view(quota.id);
    if (known === undefined) continue;
    const { limit, held, resetAtMs } = known.view;
    const remaining = Math.max(0, limit - held) + known.available;
    if (tightest === undefined || remaining < tightest.remaining) tightest = { limit, remaining, resetAtMs };
  }
  return tightest;
}

/** `250ms`, `1s`, `6m0s`: how OpenAI writes them. */
function toDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms <= 0) return '0s';
  if (ms <= 999) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
