import type { DecodedAnswer } from '../dialect.ts';
import { isRecord, type JsonRecord, parseJson, recordOrEmpty, stringOr, textOf } from '../json/json-value.ts';
import { toOpenAiUsage } from '../openai-chat/usage.ts';
import { toFinishReason } from './finish-reason.ts';
import { toTokenUsage } from './usage.ts';

/**
 * Translates a whole message. Blocks for which OpenAI has no word (server tools and their results, compaction, …) are left out;
 * thinking becomes `reasoning_content`, and its signed blocks `thinking_blocks`, which can be sent back.
 */
export function decodeAnswer(body: Buffer, createdSeconds: number): DecodedAnswer {
  const value = parseJson(textOf(body));
  if (!isRecord(value) || value['type'] !== 'message' || !Array.isArray(value['content'])) return { ok: false };
  const usage = toTokenUsage(value['usage']);
  const blocks = value['content'].filter(isRecord);
  const completion = {
    id: stringOr(value['id'], ''),
    object: 'chat.completion',
    created: createdSeconds,
    model: stringOr(value['model'], ''),
    choices: [toChoice(value, blocks)],
    ...(usage === undefined ? {} : { usage: toOpenAiUsage(usage) }),
  };
  return { ok: true, body: Buffer.from(JSON.stringify(completion)), usage };
}

function toChoice(answer: JsonRecord, blocks: readonly JsonRecord[]): JsonRecord {
  const toolCalls = blocks.filter(({ type }) => type === 'tool_use').map(toToolCall);
  const thinking = blocks.filter(({ type }) => type === 'thinking' || type === 'redacted_thinking');
  const text = joined(blocks, 'text');
  const message = {
    role: 'assistant',
    content: text === '' && (toolCalls.length > 0 || answer['stop_reason'] === 'refusal') ? null : text,
    refusal: toRefusal(answer),
    ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
    ...(thinking.length > 0 ? { reasoning_content: joined(blocks, 'thinking'), thinking_blocks: thinking } : {}),
  };
  return {
    index: 0,
    message,
    logprobs: null,
    finish_reason: toFinishReason(answer['stop_reason'], toolCalls.length > 0),
  };
}

function joined(blocks: readonly JsonRecord[], type: 'text' | 'thinking'): string {
  return blocks.map((block) => (block['type'] === type ? stringOr(block[type], '') : '')).join('');
}

function toToolCall(block: JsonRecord): JsonRecord {
  const call = { name: stringOr(block['name'], ''), arguments: JSON.stringify(block['input'] ?? {}) };
  return { id: stringOr(block['id'], ''), type: 'function', function: call };
}

/** Why the model refused, from an answer or from the end of a stream. */
export function toRefusal(value: JsonRecord): string | null {
  return value['stop_reason'] === 'refusal'
    ? stringOr(recordOrEmpty(value['stop_details'])['explanation'], null)
    : null;
}
