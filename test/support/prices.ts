import type { RequestRow } from './usage-queries.ts';

/**
 * Nano-USD for one token, as the providers publish it (USD for a million tokens, times 1,000). Written out here, so that a cost
 * is checked against something that the gateway does not compute itself.
 */
const NANO_USD_PER_TOKEN: Readonly<Record<string, { input: number; cached: number; written: number; output: number }>> =
  {
    /** $0.15, $0.075 and $0.60; writing to the cache costs as input does. */
    'gpt-4o-mini': { input: 150, cached: 75, written: 150, output: 600 },
    /** $3, $0.30, $3.75 and $15. */
    'claude-sonnet-4-5': { input: 3_000, cached: 300, written: 3_750, output: 15_000 },
    /** $1 and $2. */
    mock: { input: 1_000, cached: 1_000, written: 1_000, output: 2_000 },
  };

/** What the tokens of a row must cost; null for models without a published price. */
export function expectedCostNanoUsd(row: RequestRow): string | null {
  const price = NANO_USD_PER_TOKEN[row.providerType === 'mock' ? 'mock' : row.upstreamModel];
  if (price === undefined) return null;
  const plain = row.tokensInput - row.tokensInputCached - row.tokensInputCacheWrite;
  const input = plain * price.input + row.tokensInputCached * price.cached + row.tokensInputCacheWrite * price.written;
  return String(input + row.tokensOutput * price.output);
}
