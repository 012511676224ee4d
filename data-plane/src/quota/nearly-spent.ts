import type { NodeQuota } from '@tollgate/schema';
import type { QuotaBook } from './quota-book.ts';

/** What is older is asked for anew, for the requests to come. */
const FRESH_MS = 1_000;
/** A window that is over holds nothing any more, unless it rolls: then it holds about as much as this short a while ago. */
const TRUSTED_MS = 2_000;

/** Money that is refused when it is spent. */
export const isBudget = ({ unit, mode }: NodeQuota): boolean => unit === 'nano_usd' && mode !== 'shadow';

/**
 * Whether one of the budgets among some quotas is spent or leased to this share of its limit, as the authority last said. It need not be asked
 * first: of a budget that was not used here yet nothing is known, and the request itself will ask.
 * @param nowMs on the clock of the book
 */
export function isNearlySpent(
  book: Pick<QuotaBook, 'view' | 'refresh'>,
  quotas: readonly NodeQuota[],
  share: number,
  nowMs: number,
): boolean {
  let isReached = false;
  for (const quota of quotas) {
    const known = isBudget(quota) ? book.view(quota.id)?.view : undefined;
    if (known === undefined) continue;
    const ageMs = nowMs - known.asOfMs;
    if (ageMs > FRESH_MS) book.refresh(quota.id);
    const isCurrent = nowMs < known.resetAtMs || ageMs <= TRUSTED_MS;
    if (isCurrent && known.held >= known.limit * share) isReached = true;
  }
  return isReached;
}
