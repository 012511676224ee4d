import type { ChatRequest } from '../../chat/chat-request.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { toConversation } from './messages.ts';
import { findModelFacts } from './model-facts.ts';
import { toParameters } from './parameters.ts';
import { type Refusals, refuseInvalid } from './refusals.ts';
import { toToolFields } from './tools.ts';
import { forwardedFields, refuseUnsupportedFields } from './unsupported-fields.ts';

/** Translates a chat completion request to Anthropic's Messages API; the table in the dialects' README says what becomes of what. */
export function encodeRequest({ body, stream }: ChatRequest, { upstreamModel }: UpstreamTarget): EncodedRequest {
  const refusals: Refusals = [];
  refuseUnsupportedFields(body, refusals);
  const forwarded = forwardedFields(body);
  const messages: readonly unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
  const conversation = toConversation(messages, refusals);
  const hasSystem = conversation.system.length > 0;
  if (hasSystem && forwarded['system'] !== undefined) {
    refuseInvalid(refusals, 'system', 'give it either here or in messages of role system.');
  }
  const translated = {
    ...forwarded,
    model: upstreamModel,
    ...(hasSystem ? { system: conversation.system } : {}),
    messages: conversation.messages,
    ...toToolFields(body, refusals),
    ...toParameters(body, findModelFacts(upstreamModel), refusals),
    ...(stream ? { stream: true } : {}),
  };
  const [error] = refusals;
  return error === undefined ? { ok: true, body: Buffer.from(JSON.stringify(translated)) } : { ok: false, error };
}
