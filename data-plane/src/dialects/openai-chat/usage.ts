import type { TokenUsage } from '@tollgate/schema';
import { countOf, isRecord, recordOrEmpty } from '../json/json-value.ts';

/** Usage as OpenAI's API writes it. */
export type OpenAiUsage = {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: {
    readonly cached_tokens: number;
    readonly audio_tokens: number;
    readonly cache_write_tokens: number;
  };
  readonly completion_tokens_details: { readonly reasoning_tokens: number; readonly audio_tokens: number };
};

/**
 * Reads the `usage` of an OpenAI-compatible answer. Numbers that are no counts were not said; without both totals nothing
 * was, and the answer is `undefined`. Cached tokens are also found where DeepSeek (`prompt_cache_hit_tokens`) and Moonshot
 * (`cached_tokens`) put them, reasoning tokens where Perplexity and Azure's DeepSeek do (`reasoning_tokens`).
 */
export function toTokenUsage(value: unknown): TokenUsage | undefined {
  if (!isRecord(value)) return undefined;
  const prompt = recordOrEmpty(value['prompt_tokens_details']);
  const completion = recordOrEmpty(value['completion_tokens_details']);
  const total = countOf(value['total_tokens']);
  const input = countOf(value['prompt_tokens']);
  const said = countOf(value['completion_tokens']);
  const output = said ?? (total !== undefined && input !== undefined && total >= input ? total - input : undefined);
  if (input === undefined || output === undefined) return undefined;
  const reasoning = countOf(completion['reasoning_tokens']) ?? countOf(value['reasoning_tokens']);
  const cached = prompt['cached_tokens'] ?? value['prompt_cache_hit_tokens'] ?? value['cached_tokens'];
  return {
    input,
    inputCached: countOf(cached) ?? 0,
    inputCacheWrite: countOf(prompt['cache_write_tokens']) ?? 0,
    inputCacheWrite1h: 0,
    inputAudio: countOf(prompt['audio_tokens']) ?? 0,
    output: output + outsideTokens({ input, output, total, reasoning }),
    outputReasoning: reasoning ?? 0,
    outputAudio: countOf(completion['audio_tokens']) ?? 0,
  };
}

type Totals = {
  readonly input: number;
  readonly output: number;
  readonly total: number | undefined;
  readonly reasoning: number | undefined;
};

/**
 * Tokens that were produced and are billed, but are not in `completion_tokens`. OpenAI counts reasoning within it; xAI counts
 * it beside, and Google's compatible API does not even name it, so that only `total_tokens` shows that there was any.
 * So: reasoning is beside the completion if it fills the gap up to the total, or if it is larger than the completion itself;
 * a gap with no word on reasoning is taken for reasoning; any other gap is not explained, and not billed.
 */
function outsideTokens({ input, output, total, reasoning }: Totals): number {
  const gap = total === undefined ? 0 : Math.max(0, total - input - output);
  if (reasoning === undefined) return gap;
  return reasoning === gap || reasoning > output ? reasoning : 0;
}

export function toOpenAiUsage(usage: TokenUsage): OpenAiUsage {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.inputCached,
      audio_tokens: usage.inputAudio,
      cache_write_tokens: usage.inputCacheWrite + usage.inputCacheWrite1h,
    },
    completion_tokens_details: { reasoning_tokens: usage.outputReasoning, audio_tokens: usage.outputAudio },
  };
}
