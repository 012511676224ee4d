/** A price in nano-USD per million tokens; with tiers, the one with the highest threshold below the request's input holds for all its tokens. */
export type Rate = {
  readonly base: bigint;
  readonly tiers: readonly { readonly inputTokensAbove: number; readonly rate: bigint }[];
};

/** What a sum of tokens times rates is multiplied with and divided by to give nano-USD, where that is not a million tokens alone. */
export type Scale = { readonly by: bigint; readonly per: bigint };

/** The rates of one model. A kind without a rate of its own is charged at its parent's: cached input as input, audio as text. */
export type Rates = {
  /** Where they come from, such as `genai-prices@0.1.8`, `catalogue:mock` or `override:contract`. */
  readonly source: string;
  readonly input: Rate;
  readonly inputCached?: Rate;
  readonly inputCacheWrite?: Rate;
  readonly inputCacheWrite1h?: Rate;
  readonly inputAudio?: Rate;
  readonly output: Rate;
  readonly outputAudio?: Rate;
  /** A discount or margin on all of them; it is not multiplied into them, so that nothing is rounded but the sum. */
  readonly scale?: Scale;
};

export const TOKENS_PER_RATE = 1_000_000n;

export function rateFor(rate: Rate, inputTokens: number): bigint {
  let chosen = rate.base;
  for (const tier of rate.tiers) if (inputTokens > tier.inputTokensAbove) chosen = tier.rate;
  return chosen;
}
