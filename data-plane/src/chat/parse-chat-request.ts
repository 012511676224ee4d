import { isUtf8 } from 'node:buffer';
import type { GatewayError } from '@tollgate/schema';
import { textOf } from '../dialects/json/json-value.ts';
import type { ChatRequest, ChatRequestResult } from './chat-request.ts';
import { type Expectation, findWrongField, missing, OBJECT, wrongType } from './field-checks.ts';
import { findWrongMessage, findWrongTyped } from './message-checks.ts';
import { isDeeperThan } from './nesting.ts';

const NESTING_MAX = 256;
const MODEL: Expectation = { holds: (value) => typeof value === 'string' && value !== '', words: 'a non-empty string' };
const FLAG: Expectation = { holds: (value) => typeof value === 'boolean', words: 'a boolean' };

/**
 * Reads a chat completion request: one parse, then checks of the fields that the gateway and its dialects use.
 * All others pass as they are. Refuses with `invalid_json` what is no UTF-8 or no JSON, and with `invalid_request` what is
 * wrong or nested deeper than 256 levels; `param` is the path of the field, such as `messages[2].content`.
 */
export function parseChatRequest(bytes: Buffer): ChatRequestResult {
  if (!isUtf8(bytes)) return refuse({ code: 'invalid_json', message: 'The body is not valid UTF-8.' });
  let body: unknown;
  try {
    body = JSON.parse(textOf(bytes));
  } catch (error) {
    return refuse({ code: 'invalid_json', message: `The body is not valid JSON${positionOf(error)}.` });
  }
  return parseBody(bytes, body);
}

function parseBody(bytes: Buffer, value: unknown): ChatRequestResult {
  if (!OBJECT.holds(value)) return refuse({ code: 'invalid_request', message: 'The body must be a JSON object.' });
  if (isDeeperThan(value, NESTING_MAX)) {
    const message = `The body is nested too deeply: at most ${NESTING_MAX} levels are allowed.`;
    return refuse({ code: 'invalid_request', message });
  }
  const body = value as ChatRequest['body'];
  const { model } = body;
  if (model === undefined) return refuse(missing('model'));
  if (typeof model !== 'string' || model === '') return refuse(wrongType('model', MODEL, model));
  const error = findWrongMessage(body['messages']) ?? findWrongField(body) ?? findWrongTool(body) ?? checkStream(body);
  if (error !== undefined) return refuse(error);
  const request: ChatRequest = {
    bytes,
    body,
    model,
    stream: body['stream'] === true,
    includeUsage: streamOptions(body)?.include_usage === true,
  };
  return { ok: true, request };
}

function findWrongTool({ tools }: ChatRequest['body']): GatewayError | undefined {
  return Array.isArray(tools) ? findWrongTyped(tools, 'tools') : undefined;
}

function checkStream(body: ChatRequest['body']): GatewayError | undefined {
  const options = streamOptions(body);
  if (options === undefined) return undefined;
  if (body['stream'] !== true) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
    return { code: 'invalid_request', message, param: 'stream_options' };
  }
  const { include_usage: includeUsage } = options;
  const isFlag = includeUsage === undefined || includeUsage === null || typeof includeUsage === 'boolean';
  return isFlag ? undefined : wrongType('stream_options.include_usage', FLAG, includeUsage);
}

function streamOptions(body: ChatRequest['body']): { readonly include_usage?: unknown } | undefined {
  return (body['stream_options'] as { readonly include_usage?: unknown } | null | undefined) ?? undefined;
}

/** Only the position out of the parser's message, as the rest of it repeats pieces of the body. */
function positionOf(error: unknown): string {
  const position = /at position \d+/.exec(error instanceof Error ? error.message : '');
  return position === null ? '' : ` (${position[0]})`;
}

function refuse(error: GatewayError): ChatRequestResult {
  return { ok: false, error };
}
