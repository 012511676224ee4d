import type { OpenAiErrorBody } from '@tollgate/schema';
import { isRecord, parseJson } from '../json/json-value.ts';
import { decodeError as decodeAnyError, decodeErrorValue } from '../openai-chat/error.ts';

/** `{type: 'error', error: {type, message}}` and whatever stands before an API (proxies, load balancers), in OpenAI's shape. */
export function decodeError(status: number, body: Buffer): OpenAiErrorBody {
  return decodeAnyError(status, body);
}

/** An `error` event of a stream. */
export function decodeErrorEvent(data: string): OpenAiErrorBody {
  const value = parseJson(data);
  return decodeErrorValue(isRecord(value) ? { error: value['error'] ?? {} } : value);
}
