import type { GatewayError } from '@tollgate/schema';
import type { HeaderList } from '../http/client-response.ts';
import { cover, expectationOf, type GateRequest, type Priced, whenCounted } from './coverage.ts';
import { isNearlySpent } from './nearly-spent.ts';
import { createPass, type Pass, type PassDeps } from './pass.ts';
import { type QuotaRefusal, toRefusal } from './quota-refusal.ts';
import type { QuotaRequest } from './quota-scopes.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

/** What has no room: a provider, or of it one model, if the quota that refused counts only requests for that. */
export type Full = { readonly provider: string; readonly model: string | undefined };

/** Lets through what fits all quotas. */
export type QuotaGate = {
  /**
   * One of the two is called, once: at once, or after tokens were counted or the authority was asked. `full` is the provider of the request, if
   * it is a quota of its own that has no room, so that another provider may have it.
   */
  enter(
    request: GateRequest,
    onPass: (pass: Pass) => void,
    onRefused: (error: GatewayError, headers: HeaderList, full?: Full) => void,
  ): void;
  /** Whether a budget that counts the request is spent or leased to this share of its limit, as far as is known without asking. */
  isNearlySpent(request: QuotaRequest, share: number): boolean;
  /**
   * What a request is expected to cost, in nano-USD; null if no price is known.
   * @param like another call for it, that it is compared with: the same tokens are expected as of that one, where nothing is known of this
   */
  expectedCost(request: GateRequest, like?: Priced): number | null;
};

export function createQuotaGate(deps: PassDeps): QuotaGate {
  const { book, scopes, nowMs } = deps;

  function fullOf({ deployment, route }: GateRequest, { quota }: QuotaRefusal): Full | undefined {
    const provider = deployment.providerName;
    if (!scopes.isOfProvider(quota, provider)) return undefined;
    return { provider, model: quota.model === undefined ? undefined : route.name };
  }

  const reserve: QuotaGate['enter'] = (request, onPass, onRefused) => {
    const covered = cover(deps, request);
    if (!covered.ok) return onRefused(covered.error, []);
    const { coverage, amounts } = covered;
    book.reserve(
      coverage.quotas,
      amounts,
      (reservation) => onPass(createPass(deps, request, coverage, reservation)),
      (refusal) => {
        const { error, headers } = toRefusal(refusal, nowMs());
        onRefused(error, [...headers, ...rateLimitHeaders(book, coverage.quotas, nowMs())], fullOf(request, refusal));
      },
    );
  };

  return {
    enter: (request, onPass, onRefused) => whenCounted(deps, request, () => reserve(request, onPass, onRefused)),
    isNearlySpent: (request, share) => isNearlySpent(book, scopes.of(request), share, nowMs()),
    expectedCost: (request, like) => expectationOf(deps, request, like).amounts.nano_usd,
  };
}
