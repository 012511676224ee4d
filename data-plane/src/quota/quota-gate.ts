import type { GatewayError, NodeQuota, QuotaCharge, Rates, TokenUsage } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';
import type { HeaderList } from '../http/client-response.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { expectedAmounts } from './amounts.ts';
import { type Estimator, modelId } from './estimator.ts';
import { createGrowth, type Growing } from './growth.ts';
import { isBudget, isNearlySpent } from './nearly-spent.ts';
import type { QuotaBook } from './quota-book.ts';
import { toRefusal } from './quota-refusal.ts';
import type { QuotaRequest, QuotaScopes } from './quota-scopes.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { NOTHING } from './reservation.ts';

/** What an admitted request has of the quotas that count it. */
export type Pass = {
  /** `x-ratelimit-…`, for every answer. */
  readonly headers: HeaderList;
  /** Follows a stream, of which so many pieces have come. A quota that has no more for it calls `onStopped`, at once or later. */
  progressed(pieces: number, onStopped: (error: GatewayError) => void): void;
  /**
   * Reserves of the same quotas for another attempt at the same time, as for a request of its own. If they have room `begin` is called, at once
   * or after the authority was asked, and says whether the attempt is made; if it is not, what was reserved is free again.
   */
  beside(other: Priced, begin: () => boolean): void;
  /** Ends it with what the request took. Only the first call counts. */
  settle(used: Used): readonly QuotaCharge[];
};

/** What is called, and what that is charged with; undefined if no price is known. */
export type Priced = {
  readonly deployment: QuotaRequest['deployment'];
  readonly upstreamModel: string;
  readonly rates: Rates | undefined;
};

/** What a request took; `requests` is 0 if it was never sent, 2 if another attempt was made beside it, and 1 if left out. */
export type Used = {
  readonly usage: TokenUsage;
  readonly costNanoUsd: number | null;
  readonly requests?: number;
  /** Whether the next request of the kind may be expected to take as much: the provider counted one answer of the model. */
  readonly isTypical?: boolean;
};

export type GateRequest = QuotaRequest & Priced & { readonly chat: ChatRequest };

/** Lets through what fits all quotas. */
export type QuotaGate = {
  /** One of the two is called, once: at once, or after the tokens were counted or the authority was asked. */
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

export const FREE_PASS: Pass = Object.freeze({
  headers: [],
  progressed() {},
  beside: (_other: Priced, begin: () => boolean) => void begin(),
  settle: () => [],
});

export function createQuotaGate(deps: {
  readonly book: QuotaBook;
  readonly scopes: QuotaScopes;
  readonly estimator: Estimator;
  /** For models that ask for it. */
  readonly counter: Pick<TokenCounter, 'count' | 'known'>;
  /** Monotonic, milliseconds. */
  readonly nowMs: () => number;
}): QuotaGate {
  const { book, scopes, estimator, counter, nowMs } = deps;

  function toPass(request: GateRequest, growing: Growing): Pass {
    const { quotas, reservation } = growing;
    return {
      headers: rateLimitHeaders(book, quotas, nowMs()),
      progressed: createGrowth(deps, growing),
      beside(other, begin) {
        if (lacksPrice(quotas, other.rates)) return;
        const { amounts } = expectedOf(other, request.chat);
        book.reserve(
          quotas,
          amounts,
          (more) => (begin() ? reservation.absorb(more) : void more.settle(NOTHING)),
          () => {},
        );
      },
      settle({ usage, costNanoUsd: cost, requests = 1, isTypical = false }) {
        if (isTypical) estimator.learn(modelId(request.deployment.row, request.upstreamModel), request.chat, usage);
        return reservation.settle({ nano_usd: cost, tokens: usage.input + usage.output, requests, concurrent: 0 });
      },
    };
  }

  function expectedOf({ deployment, upstreamModel, rates }: Priced, chat: ChatRequest) {
    const counted = deployment.tokenizer && counter.known(chat, deployment.tokenizer);
    const expected = estimator.estimate(modelId(deployment.row, upstreamModel), chat, counted);
    return { expected, amounts: expectedAmounts(expected, rates, 1) };
  }

  const reserve: QuotaGate['enter'] = (request, onPass, onRefused) => {
    const quotas = scopes.of(request);
    const { expected, amounts } = expectedOf(request, request.chat);
    const { rates } = request;
    book.reserve(
      quotas,
      amounts,
      (reservation) => onPass(toPass(request, { quotas, reservation, reserved: expected.output, rates })),
      (refusal) => {
        const { error, headers } = toRefusal(refusal, nowMs());
        onRefused(error, [...headers, ...rateLimitHeaders(book, quotas, nowMs())]);
      },
    );
  };

  return {
    enter(request, onPass, onRefused) {
      const quotas = scopes.of(request);
      if (quotas.length === 0) return onPass(FREE_PASS);
      if (lacksPrice(quotas, request.rates)) return onRefused(unpriced(request), []);
      const { tokenizer } = request.deployment;
      if (tokenizer === undefined || !quotas.some(dependsOnTokens)) return reserve(request, onPass, onRefused);
      counter.count(request.chat, tokenizer, () => reserve(request, onPass, onRefused));
    },
    isNearlySpent: (request, share) => isNearlySpent(book, scopes.of(request), share, nowMs()),
    expectedCost: (request) => expectedOf(request, request.chat).amounts.nano_usd,
  };
}

/** A budget could not hold if what has no price were let through. */
const lacksPrice = (quotas: readonly NodeQuota[], rates: Rates | undefined): boolean =>
  rates === undefined && quotas.some(isBudget);

const dependsOnTokens = ({ unit }: NodeQuota): boolean => unit === 'tokens' || unit === 'nano_usd';

const unpriced = ({ model, deployment, upstreamModel }: GateRequest): GatewayError => ({
  code: 'price_unknown',
  message: `The model ${model} is served by ${upstreamModel} of provider ${deployment.providerName}, whose price is not known, and a budget counts this request. Declare a price override for it; 0 USD is one.`,
  param: 'model',
});
