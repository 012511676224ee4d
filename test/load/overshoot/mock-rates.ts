import type { Rate, Rates } from '@tollgate/schema';

const flat = (nanoUsdPerMillion: bigint): Rate => ({ base: nanoUsdPerMillion, tiers: [] });

/** What the built-in mock provider costs: 1 and 2 USD per million tokens. */
export const MOCK_RATES: Rates = Object.freeze({
  source: 'catalogue:mock',
  input: flat(1_000_000_000n),
  output: flat(2_000_000_000n),
});
