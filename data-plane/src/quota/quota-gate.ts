import type { GatewayError, QuotaCharge, Rates, TokenUsage } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';
import type { HeaderList } from '../http/client-response.ts';
import { expectedAmounts } from './amounts.ts';
import { type Estimate, type Estimator, modelId } from './estimator.ts';
import { createGrowth, type Growing } from './growth.ts';
import { isBudget, isNearlySpent } from './nearly-spent.ts';
import type { QuotaBook } from './quota-book.ts';
import { toRefusal } from './quota-refusal.ts';
import type { QuotaRequest, QuotaScopes } from './quota-scopes.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

/** What an admitted request has of the quotas that count it. */
export type Pass = {
  /** `x-ratelimit-…`, for every answer. */
  readonly headers: HeaderList;
  /** Follows a stream, of which so many pieces have come. A quota that has no more for it calls `onStopped`, at once or later. */
  progressed(pieces: number, onStopped: (error: GatewayError) => void): void;
  /** Ends it with what the request took. Only the first call counts. */
  settle(used: Used): readonly QuotaCharge[];
};

/** What a request took; `requests` is 0 if it was never sent, and 1 if left out. */
export type Used = {
  readonly usage: TokenUsage;
  readonly costNanoUsd: number | null;
  readonly requests?: number;
  /** Whether the next request of the kind may be expected to take as much: the provider counted one answer of the model. */
  readonly isTypical?: boolean;
};

export type GateRequest = QuotaRequest & {
  readonly chat: ChatRequest;
  readonly upstreamModel: string;
  /** What it will be charged with; undefined if no price is known. */
  readonly rates: Rates | undefined;
};

/** Lets through what fits all quotas. */
export type QuotaGate = {
  /** One of the two is called, once: at once, or after the authority was asked. */
  enter(
    request: GateRequest,
    onPass: (pass: Pass) => void,
    onRefused: (error: GatewayError, headers: HeaderList) => void,
  ): void;
  /** Whether a budget that counts the request is spent or leased to this share of its limit, as far as is known without asking. */
  isNearlySpent(request: QuotaRequest, share: number): boolean;
  /** What a request is expected to cost, in nano-USD; null if no price is known. */
  expectedCost(request: GateRequest): number | null;
};

export const FREE_PASS: Pass = Object.freeze({ headers: [], progressed() {}, settle: () => [] });

export function createQuotaGate(deps: {
  readonly book: QuotaBook;
  readonly scopes: QuotaScopes;
  readonly estimator: Estimator;
  /** Monotonic, milliseconds. */
  readonly nowMs: () => number;
}): QuotaGate {
  const { book, scopes, estimator, nowMs } = deps;

  function toPass(request: GateRequest, growing: Growing): Pass {
    const { quotas, reservation } = growing;
    return {
      headers: rateLimitHeaders(book, quotas, nowMs()),
      progressed: createGrowth(deps, growing),
      settle({ usage, costNanoUsd: cost, requests = 1, isTypical = false }) {
        if (isTypical) estimator.learn(modelId(request.deployment.row, request.upstreamModel), request.chat, usage);
        return reservation.settle({ nano_usd: cost, tokens: usage.input + usage.output, requests, concurrent: 0 });
      },
    };
  }

  const expect = ({ chat, deployment, upstreamModel }: GateRequest): Estimate =>
    estimator.estimate(modelId(deployment.row, upstreamModel), chat);

  return {
    enter(request, onPass, onRefused) {
      const quotas = scopes.of(request);
      if (quotas.length === 0) return onPass(FREE_PASS);
      const { rates } = request;
      const expected = expect(request);
      const amounts = expectedAmounts(expected, rates, 1);
      if (amounts.nano_usd === null && quotas.some(isBudget)) return onRefused(unpriced(request), []);
      book.reserve(
        quotas,
        amounts,
        (reservation) => onPass(toPass(request, { quotas, reservation, reserved: expected.output, rates })),
        (refusal) => {
          const { error, headers } = toRefusal(refusal, nowMs());
          onRefused(error, [...headers, ...rateLimitHeaders(book, quotas, nowMs())]);
        },
      );
    },
    isNearlySpent: (request, share) => isNearlySpent(book, scopes.of(request), share, nowMs()),
    expectedCost: (request) => expectedAmounts(expect(request), request.rates, 1).nano_usd,
  };
}

/** A budget could not hold if what has no price were let through. */
const unpriced = ({ model, deployment, upstreamModel }: GateRequest): GatewayError => ({
  code: 'price_unknown',
  message: `The model ${model} is served by ${upstreamModel} of provider ${deployment.providerName}, whose price is not known, and a budget counts this request. Declare a price override for it; 0 USD is one.`,
  param: 'model',
});
