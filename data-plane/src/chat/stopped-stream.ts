import type { GatewayError, TokenUsage } from '@tollgate/schema';
import { toOpenAiUsage } from '../dialects/openai-chat/usage.ts';
import { DONE_FRAME, toFrame } from '../dialects/stream-failure.ts';
import type { Exchange } from './exchange.ts';

/**
 * The last events of a stream that was stopped: each choice ends with the finish reason `length`, as one does that reached its
 * `max_tokens`, and the first event says in `tollgate` what stopped it. Clients that know OpenAI's format read a regular end.
 */
export function stoppedStream(exchange: Exchange, { code, message }: GatewayError, usage: TokenUsage): Buffer {
  const { id, startedAtMs, model, chat } = exchange;
  const chunk = { id, object: 'chat.completion.chunk', created: Math.floor(startedAtMs / 1_000), model };
  const choices = Array.from({ length: choicesOf(chat.body['n']) }, (_, index) => ({
    index,
    delta: {},
    finish_reason: 'length',
  }));
  const events: readonly object[] = [
    { ...chunk, choices, tollgate: { stopped: { code, message } } },
    ...(chat.includeUsage ? [{ ...chunk, choices: [], usage: toOpenAiUsage(usage) }] : []),
  ];
  return Buffer.from(events.map(toFrame).join('') + DONE_FRAME);
}

const choicesOf = (n: unknown): number => (typeof n === 'number' ? n : 1);
