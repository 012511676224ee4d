/**
 * Tokens of one request by kind. `input` and `output` are totals, as OpenAI counts them: the cached, cache-written and
 * audio tokens are part of `input`, the reasoning and audio tokens are part of `output`.
 */
export type TokenUsage = {
  readonly input: number;
  /** Read from the provider's prompt cache. */
  readonly inputCached: number;
  /** Written to the provider's prompt cache (Anthropic), with five minutes' life. */
  readonly inputCacheWrite: number;
  /** Written to the provider's prompt cache with one hour's life; not part of `inputCacheWrite`. */
  readonly inputCacheWrite1h: number;
  readonly inputAudio: number;
  readonly output: number;
  readonly outputReasoning: number;
  readonly outputAudio: number;
};

export const NO_TOKENS: TokenUsage = Object.freeze({
  input: 0,
  inputCached: 0,
  inputCacheWrite: 0,
  inputCacheWrite1h: 0,
  inputAudio: 0,
  output: 0,
  outputReasoning: 0,
  outputAudio: 0,
});

export const tokenKinds: readonly (keyof TokenUsage)[] = Object.freeze(Object.keys(NO_TOKENS) as (keyof TokenUsage)[]);
