import type { GatewayError, NodeQuota, Rates } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { type Amounts, dependsOnTokens, expectedAmounts, NOTHING } from './amounts.ts';
import { type Estimate, type Estimator, modelId } from './estimator.ts';
import { isBudget } from './nearly-spent.ts';
import type { QuotaRequest, QuotaScopes } from './quota-scopes.ts';

/** The quotas that count one attempt, and for how much of its answer was reserved of them. */
export type Coverage = {
  readonly quotas: readonly NodeQuota[];
  /** See `modelId`. */
  readonly model: string;
  readonly rates: Rates | undefined;
  /** Pieces of the answer, those of attempts before included. */
  pieces: number;
};

/** What is called, and what that is charged with; undefined if no price is known. */
export type Priced = {
  readonly deployment: QuotaRequest['deployment'];
  readonly upstreamModel: string;
  readonly rates: Rates | undefined;
};

export type GateRequest = QuotaRequest & Priced & { readonly chat: ChatRequest };

/** Which quotas count a call, and what it is expected to take of them. */
export type Covered =
  | { readonly ok: true; readonly coverage: Coverage; readonly amounts: Amounts }
  | { readonly ok: false; readonly error: GatewayError };

export type CoverDeps = {
  readonly scopes: QuotaScopes;
  readonly estimator: Estimator;
  /** For deployments that ask for it. */
  readonly counter: Pick<TokenCounter, 'count' | 'known'>;
};

/** Waits for the count of a call's tokens, if its deployment asks for one and a quota depends on it. */
export function whenCounted({ scopes, counter }: CoverDeps, request: GateRequest, then: () => void): void {
  const { tokenizer } = request.deployment;
  if (tokenizer === undefined || !scopes.of(request).some(dependsOnTokens)) then();
  else counter.count(request.chat, tokenizer, then);
}

/**
 * Refused if a budget counts a call whose price is not known: it could not hold if such were let through.
 * @param piecesBefore how many pieces of its answer other attempts brought
 */
export function cover(deps: CoverDeps, request: GateRequest, piecesBefore = 0): Covered {
  const quotas = deps.scopes.of(request);
  if (request.rates === undefined && quotas.some(isBudget)) return { ok: false, error: unpriced(request) };
  if (quotas.length === 0) return { ok: true, coverage: uncounted(quotas, request), amounts: NOTHING };
  const { expected, amounts, model } = expectationOf(deps, request);
  const coverage = { quotas, model, rates: request.rates, pieces: piecesBefore + expected.output };
  return { ok: true, coverage, amounts };
}

/** Of a call that no quota counts nothing is expected, but it is learned from. */
const uncounted = (quotas: Coverage['quotas'], { deployment, upstreamModel, rates }: Priced): Coverage => ({
  quotas,
  model: modelId(deployment.row, upstreamModel),
  rates,
  pieces: Number.POSITIVE_INFINITY,
});

/**
 * What a call is expected to take of any quota that counts it.
 * @param like another call, of which is taken what is not known of this one
 */
export function expectationOf(
  { estimator, counter }: CoverDeps,
  { deployment, upstreamModel, rates, chat }: Priced & { readonly chat: ChatRequest },
  like?: Priced,
): { readonly model: string; readonly expected: Estimate; readonly amounts: Amounts } {
  const countOf = ({ tokenizer }: Priced['deployment']) => tokenizer && counter.known(chat, tokenizer);
  const model = modelId(deployment.row, upstreamModel);
  const seen =
    like === undefined || estimator.hasSeen(model) ? model : modelId(like.deployment.row, like.upstreamModel);
  const counted = countOf(deployment) ?? (like && countOf(like.deployment));
  const expected = estimator.estimate(seen, chat, counted);
  return { model, expected, amounts: expectedAmounts(expected, rates, 1) };
}

export const isSameCall = (one: Coverage, other: Coverage): boolean =>
  one.quotas === other.quotas && one.model === other.model && one.rates === other.rates;

export const counts = ({ quotas }: Pick<Coverage, 'quotas'>, { id }: NodeQuota): boolean =>
  quotas.some((quota) => quota.id === id);

const unpriced = ({ model, deployment, upstreamModel }: GateRequest): GatewayError => ({
  code: 'price_unknown',
  message: `The model ${model} is served by ${upstreamModel} of provider ${deployment.providerName}, whose price is not known, and a budget counts this request. Declare a price override for it; 0 USD is one.`,
  param: 'model',
});
