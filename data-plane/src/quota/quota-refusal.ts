import {
  formatQuotaAmount,
  type GatewayError,
  type NodeQuota,
  type ParsedQuotaId,
  parseQuotaId,
  type QuotaUnit,
} from '@tollgate/schema';
import type { HeaderList } from '../http/client-response.ts';
import type { QuotaView } from './holding.ts';

/** Why a request may not pass: the quota that has no room, as it is known, or could not be asked for. */
export type QuotaRefusal = {
  readonly quota: NodeQuota;
  readonly reason: 'exhausted' | 'unavailable';
  /** What the request would have reserved of it. */
  readonly amount: number;
  readonly view: QuotaView | undefined;
};

/** Clients are told to come back after a day at the most. */
const RETRY_AFTER_SECONDS_MAX = 86_400;
/** An SDK that tries again by itself is told not to, if it would wait longer than this. */
const SDK_WAITS_MS = 60_000;

/** What a client reads of a quota that has no room for its request. */
export function toRefusal(
  { quota, reason, amount, view }: QuotaRefusal,
  nowMs: number,
): { readonly error: GatewayError; readonly headers: HeaderList } {
  const parsed = parseQuotaId(quota.id);
  const what = parsed === undefined ? quota.id : describe(parsed);
  if (reason === 'unavailable')
    return {
      error: { code: 'quota_unavailable', message: `It cannot be told now whether ${what} has room. Try again soon.` },
      headers: ['retry-after', '1'],
    };
  const limit = view?.limit ?? quota.limit;
  const waitMs = Math.max(0, (view?.resetAtMs ?? nowMs) - nowMs);
  const numbers = `limit ${formatQuotaAmount(quota.unit, limit)}, used or reserved ${formatQuotaAmount(quota.unit, view?.held ?? limit)}, this request ${formatQuotaAmount(quota.unit, amount)}`;
  const resets = Number.isFinite(waitMs) && quota.unit !== 'concurrent' ? ` It resets in ${toSeconds(waitMs)} s.` : '';
  return {
    error: {
      code: quota.unit === 'nano_usd' ? 'budget_exceeded' : 'rate_limit_exceeded',
      message: `The request does not fit ${what}: ${numbers}.${resets}`,
    },
    headers: retryHeaders(quota.unit, waitMs),
  };
}

function retryHeaders(unit: QuotaUnit, waitMs: number): HeaderList {
  if (unit === 'concurrent') return ['retry-after', '1'];
  if (!Number.isFinite(waitMs)) return ['x-should-retry', 'false'];
  const after = ['retry-after', String(Math.min(toSeconds(waitMs), RETRY_AFTER_SECONDS_MAX))];
  return waitMs > SDK_WAITS_MS ? [...after, 'x-should-retry', 'false'] : after;
}

/** Whole seconds, never 0, which would ask for an immediate retry. */
const toSeconds = (waitMs: number): number => Math.max(1, Math.ceil(waitMs / 1_000));

function describe({ kind, name, terms: { unit, window, timezone, model } }: ParsedQuotaId): string {
  const noun =
    unit === 'nano_usd' ? 'the budget' : `the limit of ${unit === 'concurrent' ? 'concurrent requests' : unit}`;
  const owner = kind === 'budget' || kind === 'rate-limit' ? name : `${kind.replace('-', ' ')} ${name}`;
  const per = window === undefined || window === 'lifetime' ? '' : ` per ${window}`;
  const zone = timezone === undefined || timezone === 'UTC' ? '' : ` (${timezone})`;
  return `${noun} of ${owner}${per}${zone}${model === undefined ? '' : ` for ${model}`}`;
}
