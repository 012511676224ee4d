import { isRecord, type JsonRecord, parseJson } from '../json/json-value.ts';
import { type Block, cacheLast, toBlocks } from './content-parts.ts';
import { type Refusals, refuseInvalid, refuseUnsupported } from './refusals.ts';

export type Turn = { readonly role: 'user' | 'assistant'; readonly content: Block[] };
export type Conversation = { readonly system: readonly Block[]; readonly messages: readonly Turn[] };

/**
 * Translates a conversation. System and developer messages, wherever they stand, go to the system prompt in their order, as
 * Anthropic has only the one. Neighbours of one role become one turn, so that the results of parallel tool calls stand
 * together, as Anthropic requires. Messages without any content are left out.
 */
export function toConversation(messages: readonly unknown[], refusals: Refusals): Conversation {
  const system: Block[] = [];
  const turns: Turn[] = [];
  messages.forEach((message, index) => {
    if (!isRecord(message)) return;
    const path = `messages[${index}]`;
    const { role } = message;
    if (role === 'system' || role === 'developer') {
      system.push(...toSystem(message, path, refusals));
    } else {
      addTurn(turns, toTurn(message, path, refusals));
    }
  });
  return { system, messages: turns };
}

function toSystem(message: JsonRecord, path: string, refusals: Refusals): Block[] {
  return cacheLast(message, toBlocks(message['content'], `${path}.content`, refusals));
}

function addTurn(turns: Turn[], turn: Turn | undefined): void {
  if (turn === undefined || turn.content.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === turn.role) last.content.push(...turn.content);
  else turns.push(turn);
}

function toTurn(message: JsonRecord, path: string, refusals: Refusals): Turn | undefined {
  switch (message['role']) {
    case 'user':
      return { role: 'user', content: cacheLast(message, toBlocks(message['content'], `${path}.content`, refusals)) };
    case 'assistant':
      return { role: 'assistant', content: cacheLast(message, toAssistantBlocks(message, path, refusals)) };
    case 'tool':
      return { role: 'user', content: cacheLast(message, toToolResult(message, path, refusals)) };
    case 'function':
      return refuseUnsupported(refusals, `${path}.role`, 'messages of functions are deprecated, use tool messages.');
    default:
      return refuseInvalid(refusals, `${path}.role`, 'expected system, developer, user, assistant or tool.');
  }
}

/**
 * Thinking goes back to Anthropic only as the signed `thinking_blocks` of an earlier answer; `reasoning_content` alone is not
 * signed and would be refused, so it is left out.
 */
function toAssistantBlocks(message: JsonRecord, path: string, refusals: Refusals): Block[] {
  if (isRecord(message['function_call'])) {
    refuseUnsupported(refusals, `${path}.function_call`, 'function calls are deprecated, use tool_calls.');
  }
  const thinking = blocksOf(message['thinking_blocks']);
  const refusal = typeof message['refusal'] === 'string' ? toBlocks(message['refusal'], path, refusals) : [];
  const calls: readonly unknown[] = Array.isArray(message['tool_calls']) ? message['tool_calls'] : [];
  const uses = calls.flatMap<Block>((call, index) => toToolUse(call, `${path}.tool_calls[${index}]`, refusals) ?? []);
  return [...thinking, ...toBlocks(message['content'], `${path}.content`, refusals), ...refusal, ...uses];
}

function blocksOf(value: unknown): readonly Block[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isRecord) : [];
}

function toToolUse(call: unknown, path: string, refusals: Refusals): Block | undefined {
  if (!isRecord(call) || !isRecord(call['function'])) {
    return refuseUnsupported(refusals, path, 'expected a call of a function.');
  }
  const { name, arguments: text } = call['function'];
  if (typeof call['id'] !== 'string') return refuseInvalid(refusals, `${path}.id`, 'expected a string.');
  if (typeof name !== 'string') return refuseInvalid(refusals, `${path}.function.name`, 'expected a string.');
  const input = text === undefined || text === null || text === '' ? {} : parseJson(String(text));
  if (!isRecord(input)) {
    return refuseInvalid(refusals, `${path}.function.arguments`, 'expected a JSON object as a string.');
  }
  return { type: 'tool_use', id: call['id'], name, input, ...cacheControlOf(call) };
}

function cacheControlOf(value: JsonRecord): JsonRecord {
  return isRecord(value['cache_control']) ? { cache_control: value['cache_control'] } : {};
}

function toToolResult(message: JsonRecord, path: string, refusals: Refusals): Block[] {
  const { tool_call_id: id, content } = message;
  if (typeof id !== 'string') {
    refuseInvalid(refusals, `${path}.tool_call_id`, 'expected the id of the tool call that this answers.');
    return [];
  }
  const result = typeof content === 'string' ? content : toBlocks(content, `${path}.content`, refusals);
  const isError = typeof message['is_error'] === 'boolean' ? { is_error: message['is_error'] } : {};
  return [{ type: 'tool_result', tool_use_id: id, content: result, ...isError }];
}
