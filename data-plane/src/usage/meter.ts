import { costNanoUsd, type NanoUsd, NO_TOKENS, type Rates, type TokenUsage, tokenKinds } from '@tollgate/schema';

/** The tokens of a request, who counted them, and what they cost. */
export type Metered = {
  readonly usage: TokenUsage;
  readonly usageSource: 'provider' | 'estimated' | 'none';
  /** null is 'unpriced'. */
  readonly costNanoUsd: NanoUsd | null;
  readonly priceSource: string;
};

/** Without the provider's word, four bytes of a request count as one token of input. */
const BYTES_PER_TOKEN = 4;

/** More than any model can take or give in one request; at any listed price this many still cost a whole number of nano-USD that is exact. */
const TOKENS_MAX = 1_000_000_000;

/** Whether a provider's count can be true. One that cannot must neither be charged nor break the sums. */
export function isPlausible(usage: TokenUsage): boolean {
  for (const kind of tokenKinds) if (!(usage[kind] <= TOKENS_MAX)) return false;
  return true;
}

/** Estimates what was used where the provider did not say: input from the request's size, output from the pieces received. */
export function estimateUsage(requestBytes: number, contentEvents: number): TokenUsage {
  return { ...NO_TOKENS, input: Math.ceil(requestBytes / BYTES_PER_TOKEN), output: contentEvents };
}

/** Prices tokens; without rates they are unpriced, and without tokens there is nothing to price. */
export function meter(
  rates: Rates | undefined,
  usage: TokenUsage | undefined,
  usageSource: Metered['usageSource'],
): Metered {
  if (usage === undefined) return { usage: NO_TOKENS, usageSource: 'none', costNanoUsd: 0 as NanoUsd, priceSource: '' };
  if (rates === undefined) return { usage, usageSource, costNanoUsd: null, priceSource: '' };
  return { usage, usageSource, costNanoUsd: costNanoUsd(usage, rates), priceSource: rates.source };
}

export function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  const sums = Object.fromEntries(tokenKinds.map((kind) => [kind, one[kind] + other[kind]]));
  return { ...NO_TOKENS, ...sums };
}

/** What two attempts used together; unpriced if either is, as a part of a cost would pass for all of it. */
export function addMetered(one: Metered, other: Metered): Metered {
  if (other.usageSource === 'none') return one;
  if (one.usageSource === 'none') return other;
  const isPriced = one.costNanoUsd !== null && other.costNanoUsd !== null;
  return {
    usage: addUsage(one.usage, other.usage),
    usageSource: one.usageSource === 'estimated' ? 'estimated' : other.usageSource,
    costNanoUsd: isPriced ? ((one.costNanoUsd + other.costNanoUsd) as NanoUsd) : null,
    priceSource: isPriced ? one.priceSource : '',
  };
}
