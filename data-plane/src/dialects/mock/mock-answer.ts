import type { MockBehaviour, TokenUsage } from '@tollgate/schema';
import type { ChatRequest } from '../../chat/chat-request.ts';
import { toOpenAiUsage } from '../openai-chat/usage.ts';
import { DONE_FRAME, toFrame } from '../stream-failure.ts';
import { type MockReply, toMockReply } from './mock-reply.ts';

/** What a real provider would know of itself; given, so that an answer depends on nothing else. */
export type MockIdentity = {
  readonly requestId: string;
  /** The name that the answer carries as its model. */
  readonly model: string;
  readonly createdSeconds: number;
};

export type MockAnswer = { readonly body: Buffer; readonly usage: TokenUsage };

/** The mock's whole answer, in OpenAI's shape. */
export function mockAnswer(request: ChatRequest, behaviour: MockBehaviour, identity: MockIdentity): MockAnswer {
  const reply = toMockReply(request, behaviour);
  const message = {
    role: 'assistant',
    content: reply.toolName === undefined ? reply.tokens.join('') : null,
    refusal: null,
    ...(reply.toolName === undefined ? {} : { tool_calls: [toolCall(identity, reply.toolName)] }),
  };
  const answer = {
    ...envelope(identity, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: reply.finishReason }],
    usage: toOpenAiUsage(reply.usage),
  };
  return { body: Buffer.from(JSON.stringify(answer)), usage: reply.usage };
}

/**
 * The mock's answer as a stream, made one event at a time: the role, one event for each token, the end, usage if it was asked for,
 * `[DONE]`.
 */
export function* mockChunks(
  request: ChatRequest,
  behaviour: MockBehaviour,
  identity: MockIdentity,
): Generator<Buffer, void> {
  const reply = toMockReply(request, behaviour);
  const head = envelope(identity, 'chat.completion.chunk');
  for (const delta of toDeltas(reply, identity))
    yield frame({ ...head, choices: [{ index: 0, delta, finish_reason: null }] });
  yield frame({ ...head, choices: [{ index: 0, delta: {}, finish_reason: reply.finishReason }] });
  if (request.includeUsage) yield frame({ ...head, choices: [], usage: toOpenAiUsage(reply.usage) });
  yield Buffer.from(DONE_FRAME);
}

function* toDeltas({ tokens, toolName }: MockReply, identity: MockIdentity): Generator<object, void> {
  yield { role: 'assistant', content: toolName === undefined ? '' : null, refusal: null };
  for (const token of tokens) yield { content: token };
  if (toolName !== undefined) yield { tool_calls: [{ index: 0, ...toolCall(identity, toolName) }] };
}

function envelope({ requestId, model, createdSeconds }: MockIdentity, object: string): object {
  return { id: `chatcmpl-${requestId}`, object, created: createdSeconds, model };
}

function toolCall({ requestId }: MockIdentity, name: string): object {
  return { id: `call_${requestId}`, type: 'function', function: { name, arguments: '{}' } };
}

function frame(value: object): Buffer {
  return Buffer.from(toFrame(value));
}
