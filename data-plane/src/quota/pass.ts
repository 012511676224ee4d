import type { GatewayError, NodeQuota, QuotaCharge, TokenUsage } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';
import type { HeaderList } from '../http/client-response.ts';
import type { Route } from '../routing/route.ts';
import { type Amounts, dependsOnTokens, NOTHING } from './amounts.ts';
import {
  type Coverage,
  type CoverDeps,
  counts,
  cover,
  type GateRequest,
  isSameCall,
  type Priced,
  whenCounted,
} from './coverage.ts';
import { grow, type Progress } from './growth.ts';
import type { QuotaBook } from './quota-book.ts';
import { toRefusal } from './quota-refusal.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import type { Reservation } from './reservation.ts';

/** Another attempt of a request. */
export type NextCall = Priced & {
  /** What it says: the same as before, or what asks for the rest of a stream that broke off. */
  readonly chat: ChatRequest;
  /** The public name that it is counted as. */
  readonly model: string;
  readonly route: Route;
  /** How many pieces of the answer came before. */
  readonly piecesBefore: number;
};

/** What an attempt that is over took, and the quotas that count it. */
export type AttemptUse = {
  readonly coverage: Pick<Coverage, 'quotas'>;
  readonly metered: { readonly usage: TokenUsage; readonly costNanoUsd: number | null };
};

/** What a request took. */
export type Used = {
  readonly usage: TokenUsage;
  readonly costNanoUsd: number | null;
  /** False if nothing was sent to a provider; true if left out. */
  readonly wasSent?: boolean;
  /** Whether the next request of the kind may be expected to take as much: the provider counted one answer of the model. */
  readonly isTypical?: boolean;
};

/**
 * What an admitted request has of the quotas that count it. Each quota counts the attempts that went to what it is for: one of a key all of
 * them, one of a provider those that it was called for.
 */
export type Pass = {
  /** `x-ratelimit-…`, for every answer: of the quotas that count the attempt that was let through last. */
  headers(): HeaderList;
  /** That of the first attempt. */
  readonly coverage: Coverage;
  /** Follows a stream. A quota that has no more for it calls `onStopped`, at once or later. */
  progressed(progress: Progress, onStopped: (error: GatewayError) => void): void;
  /**
   * Lets another attempt through once those before it are over: what they took and what it is expected to take is reserved of the quotas that
   * count it, and what they had reserved of others, and did not take, is free again. If all have room `begin` is called, else `onRefused`, at
   * once or after tokens were counted or the authority was asked; if the request has ended meanwhile, neither.
   */
  again(
    next: NextCall,
    before: readonly AttemptUse[],
    begin: (coverage: Coverage) => void,
    onRefused: (error: GatewayError) => void,
  ): void;
  /**
   * Reserves for another attempt at the same time of the quotas that count it, as for a request of its own. If they have room `begin` is called,
   * at once or after tokens were counted or the authority was asked, and says whether the attempt is made; if it is not, what was reserved is free again.
   */
  beside(next: NextCall, begin: (coverage: Coverage) => boolean): void;
  /** Of two attempts at the same time the one with this coverage goes on: the other is none of the requests under way any more. */
  alone(coverage: Coverage): void;
  /**
   * Ends it with what the request took in all. Only the first call counts.
   * @param attempts what each of them took, if there were several
   */
  settle(used: Used, attempts?: readonly AttemptUse[]): readonly QuotaCharge[];
};

export type PassDeps = CoverDeps & {
  readonly book: QuotaBook;
  /** Monotonic, milliseconds. */
  readonly nowMs: () => number;
};

/** @param reservation what was reserved for the first attempt */
export function createPass(deps: PassDeps, request: GateRequest, coverage: Coverage, reservation: Reservation): Pass {
  const { book, estimator, nowMs } = deps;
  let headers: HeaderList | undefined;
  let last = coverage;
  /** Whether two attempts were under way at once, for which twice as much was reserved. */
  let isHedged = false;
  /** Where the answer comes from, or where the rest of it is to be asked for. */
  let answering: Pick<Coverage, 'quotas'> = coverage;

  function letThrough(next: Coverage): void {
    last = next;
    headers = undefined;
  }

  /** How much is to be reserved of a quota while an attempt is under way. */
  function neededOf(quota: NodeQuota, amounts: Amounts | undefined, before: readonly AttemptUse[]): number {
    const expected = amounts?.[quota.unit] ?? 0;
    // However many attempts, it is one request; at the same time it is the one that is under way.
    if (quota.unit === 'requests') return Math.max(expected, reservation.reservedOf(quota.id) ?? 0);
    return quota.unit === 'concurrent' ? expected : takenOf(quota, before) + expected;
  }

  function reserveAgain(
    call: GateRequest & NextCall,
    before: readonly AttemptUse[],
    begin: (coverage: Coverage) => void,
    onRefused: (error: GatewayError) => void,
  ): void {
    const covered = cover(deps, call, call.piecesBefore);
    if (!covered.ok) return onRefused(covered.error);
    const { coverage: counting, amounts } = covered;
    // What was reserved for the same call holds, whatever was learned since.
    if (!isHedged && isSameCall(counting, last) && before.every(tookNothing)) return begin(last);
    const byQuota = new Map<string, number>();
    for (const quota of counting.quotas) {
      const missing = neededOf(quota, amounts, before) - (reservation.reservedOf(quota.id) ?? 0);
      byQuota.set(quota.id, Math.max(0, missing));
    }
    book.reserve(
      counting.quotas,
      { ...amounts, byQuota },
      (more) => {
        if (!reservation.absorb(more)) return;
        reservation.reduce((quota) => neededOf(quota, counts(counting, quota) ? amounts : undefined, before));
        isHedged = false;
        letThrough(counting);
        begin(counting);
      },
      (refusal) => {
        if (reservation.isOpen()) onRefused(toRefusal(refusal, nowMs()).error);
      },
    );
  }

  return {
    headers() {
      headers ??= rateLimitHeaders(book, last.quotas, nowMs());
      return headers;
    },
    coverage,
    progressed(progress, onStopped) {
      answering = progress.coverage;
      grow(deps, reservation, progress, ({ quota, error }) => {
        // It may have been asked for a call that is over, and not count the one that goes on with the stream.
        if (counts(answering, quota)) onStopped(error);
      });
    },
    again(next, before, begin, onRefused) {
      const call = { ...request, ...next };
      answering = { quotas: deps.scopes.of(call) };
      whenCounted(deps, call, () => {
        if (reservation.isOpen()) reserveAgain(call, before, begin, onRefused);
      });
    },
    beside(next, begin) {
      const call = { ...request, ...next };
      whenCounted(deps, call, () => {
        const covered = cover(deps, call, next.piecesBefore);
        if (!covered.ok) return;
        const onReserved = (more: Reservation) => {
          if (!begin(covered.coverage)) return void more.settle(NOTHING);
          reservation.absorb(more);
          isHedged = true;
          letThrough(covered.coverage);
        };
        book.reserve(covered.coverage.quotas, covered.amounts, onReserved, () => {});
      });
    },
    alone(coverage) {
      reservation.reduce((quota) => {
        if (quota.unit !== 'concurrent') return Number.POSITIVE_INFINITY;
        return counts(coverage, quota) ? 1 : 0;
      });
    },
    settle({ usage, costNanoUsd: cost, wasSent = true, isTypical = false }, attempts) {
      if (isTypical) estimator.learn(coverage.model, request.chat, usage);
      const spent = { nano_usd: cost, tokens: usage.input + usage.output, requests: wasSent ? 1 : 0, concurrent: 0 };
      return reservation.settle(
        attempts === undefined ? spent : { ...spent, byQuota: spentByQuota(reservation, attempts) },
      );
    },
  };
}

const tookNothing = ({ metered: { usage, costNanoUsd } }: AttemptUse): boolean =>
  usage.input + usage.output === 0 && !costNanoUsd;

/** What those of some attempts took of a quota that it counts, in its unit. */
function takenOf(quota: NodeQuota, attempts: readonly AttemptUse[]): number {
  let sum = 0;
  for (const { coverage, metered } of attempts) {
    if (!counts(coverage, quota)) continue;
    const { usage, costNanoUsd } = metered;
    sum += quota.unit === 'nano_usd' ? (costNanoUsd ?? 0) : usage.input + usage.output;
  }
  return sum;
}

/** A request that was made twice at the same time was reserved twice. */
function spentByQuota(reservation: Reservation, attempts: readonly AttemptUse[]): ReadonlyMap<string, number> {
  const byQuota = new Map<string, number>();
  for (const { quota } of reservation.parts) {
    byQuota.set(quota.id, dependsOnTokens(quota) ? takenOf(quota, attempts) : (reservation.reservedOf(quota.id) ?? 0));
  }
  return byQuota;
}
