import { type MockBehaviour, NO_TOKENS, type TokenUsage } from '@tollgate/schema';
import type { ChatRequest } from '../../chat/chat-request.ts';
import { isRecord, recordOrEmpty } from '../json/json-value.ts';
import { sampleJson } from './sample-json.ts';
import { countPromptTokens, lastUserText, repeatTokens, toTokens } from './words.ts';

/** What the mock says to a request, before it is written whole or as a stream. */
export type MockReply = {
  readonly tokens: readonly string[];
  /** The tool that is called, with empty arguments, instead of an answer in words. */
  readonly toolName: string | undefined;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  readonly usage: TokenUsage;
};

/** Said where there is nothing to echo. */
const WORDLESS = 'mock';

/** The same reply to the same request and behaviour, always. One token is one word; a called tool counts as one. */
export function toMockReply({ body }: ChatRequest, behaviour: MockBehaviour): MockReply {
  const input = countPromptTokens(body['messages']);
  const toolName = forcedTool(body);
  if (toolName !== undefined) {
    return { tokens: [], toolName, finishReason: 'tool_calls', usage: { ...NO_TOKENS, input, output: 1 } };
  }
  const tokens = jsonTokens(body) ?? wordTokens(body, behaviour);
  const limit = tokenLimit(body) ?? tokens.length;
  const said = tokens.slice(0, limit);
  const finishReason = said.length < tokens.length ? 'length' : 'stop';
  return { tokens: said, toolName, finishReason, usage: { ...NO_TOKENS, input, output: said.length } };
}

function wordTokens(body: ChatRequest['body'], { text, tokens }: MockBehaviour): readonly string[] {
  const words = toTokens(text ?? lastUserText(body['messages']));
  const spoken = words.length > 0 ? words : [WORDLESS];
  return tokens === undefined ? spoken : repeatTokens(spoken, tokens);
}

/** An answer in JSON is as long as it must be; the behaviour's text and length do not apply to it. */
function jsonTokens(body: ChatRequest['body']): readonly string[] | undefined {
  const format = recordOrEmpty(body['response_format']);
  if (format['type'] !== 'json_schema' && format['type'] !== 'json_object') return undefined;
  const { schema } = recordOrEmpty(format['json_schema']);
  return toTokens(JSON.stringify(schema === undefined ? {} : sampleJson(schema)));
}

function tokenLimit(body: ChatRequest['body']): number | undefined {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  return typeof limit === 'number' ? limit : undefined;
}

function forcedTool(body: ChatRequest['body']): string | undefined {
  if (!Array.isArray(body['tools']) || body['tools'].length === 0) return undefined;
  const choice = body['tool_choice'];
  const named = isRecord(choice) ? recordOrEmpty(choice['function'])['name'] : undefined;
  if (typeof named === 'string') return named;
  if (choice !== 'required') return undefined;
  const names = body['tools'].map((tool: unknown) => recordOrEmpty(recordOrEmpty(tool)['function'])['name']);
  return names.find((name) => typeof name === 'string');
}
