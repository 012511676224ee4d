import type { TokenUsage } from '@tollgate/schema';
import { countOf, isRecord, type JsonRecord, recordOrEmpty } from '../json/json-value.ts';

/**
 * Reads Anthropic's usage. Its `input_tokens` leave out what was read from or written to the cache, ours are the total; its
 * `cache_creation_input_tokens` are the total of both lifetimes. Iterations of kind `compaction` are billed at the model's
 * rates but are in no total (Anthropic's page on compaction), so they are added; those of an advisor are another model's, and
 * are not. Without `output_tokens` nothing was said.
 */
export function toTokenUsage(value: unknown): TokenUsage | undefined {
  if (!isRecord(value)) return undefined;
  const output = countOf(value['output_tokens']);
  const input = countOf(value['input_tokens']);
  if (output === undefined || input === undefined) return undefined;
  const iterations: readonly unknown[] = Array.isArray(value['iterations']) ? value['iterations'] : [];
  return iterations.filter(isCompaction).map(toParts).reduce(add, toParts(value));
}

function isCompaction(iteration: unknown): iteration is JsonRecord {
  return isRecord(iteration) && iteration['type'] === 'compaction';
}

function toParts(value: JsonRecord): TokenUsage {
  const cached = countOf(value['cache_read_input_tokens']) ?? 0;
  const hour = countOf(recordOrEmpty(value['cache_creation'])['ephemeral_1h_input_tokens']) ?? 0;
  const fiveMinutes = countOf(recordOrEmpty(value['cache_creation'])['ephemeral_5m_input_tokens']) ?? 0;
  const written = Math.max(countOf(value['cache_creation_input_tokens']) ?? 0, hour + fiveMinutes);
  return {
    input: (countOf(value['input_tokens']) ?? 0) + cached + written,
    inputCached: cached,
    inputCacheWrite: written - hour,
    inputCacheWrite1h: hour,
    inputAudio: 0,
    output: countOf(value['output_tokens']) ?? 0,
    outputReasoning: countOf(recordOrEmpty(value['output_tokens_details'])['thinking_tokens']) ?? 0,
    outputAudio: 0,
  };
}

function add(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    input: one.input + other.input,
    inputCached: one.inputCached + other.inputCached,
    inputCacheWrite: one.inputCacheWrite + other.inputCacheWrite,
    inputCacheWrite1h: one.inputCacheWrite1h + other.inputCacheWrite1h,
    inputAudio: 0,
    output: one.output + other.output,
    outputReasoning: one.outputReasoning + other.outputReasoning,
    outputAudio: 0,
  };
}

/**
 * Joins what a stream says at its start with what it says at its end: the end's numbers are totals, and win. An end that gives
 * another total of cache writes makes the start's split of it outdated.
 */
export function mergeUsage(start: JsonRecord, end: unknown): JsonRecord {
  if (!isRecord(end)) return start;
  const said = Object.fromEntries(Object.entries(end).filter(([, value]) => value !== null));
  const written = countOf(said['cache_creation_input_tokens']);
  const isSame = written === undefined || written === countOf(start['cache_creation_input_tokens']);
  const { cache_creation: split, ...rest } = start;
  return { ...rest, ...(isSame && split !== undefined ? { cache_creation: split } : {}), ...said };
}
