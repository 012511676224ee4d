import type { DeclaredQuota } from '@tollgate/schema';
import type { QuotaTally } from './lease-store.ts';
import { limitAt, resetInMs } from './quota-authority.ts';
import type { SlotSpan } from './slot-span.ts';

/** What the authority had counted more than the usage records say, when they were complete. */
export type QuotaCheck = { readonly drift: number; readonly checkedAt: Date };

/** How a quota stands at an instant; amounts in its unit. */
export type QuotaState = {
  readonly quota: DeclaredQuota;
  /** What holds now: the declared limit, with a temporary increase. */
  readonly limit: number;
  /** Spent within the window, corrections included. Below 0 if more was given back than was spent. */
  readonly settled: number;
  /** Leased to nodes and not known to be spent. */
  readonly leased: number;
  /** What can still be leased. */
  readonly remaining: number;
  /** When room comes back; undefined is never. */
  readonly resetsAt: Date | undefined;
  /** Undefined if there is no soft limit. */
  readonly isSoftLimitReached: boolean | undefined;
  /** Requests that shadow mode would have refused within the window. */
  readonly shadowRefusals: number;
  /** How many hold leases. */
  readonly holders: number;
  /** How it last compared to the usage records; undefined if it was not yet. */
  readonly check: QuotaCheck | undefined;
};

/** Pure. */
export function toQuotaState(
  quota: DeclaredQuota,
  span: SlotSpan,
  tally: QuotaTally & { readonly check?: QuotaCheck | undefined },
  nowMs: number,
): QuotaState {
  const { held, settled, refused, holders } = tally;
  const limit = limitAt(quota, nowMs);
  const resetMs = resetInMs(span, tally, nowMs);
  return {
    quota,
    limit,
    settled,
    leased: held - settled,
    remaining: Math.max(0, limit - held),
    resetsAt: resetMs === null ? undefined : new Date(nowMs + resetMs),
    isSoftLimitReached: quota.softLimit === undefined ? undefined : settled >= quota.softLimit,
    shadowRefusals: refused,
    holders,
    check: tally.check,
  };
}
