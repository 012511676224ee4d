import type { TokenUsage } from '@tollgate/schema';
import { isRecord, type JsonRecord, parseJson, recordOrEmpty, stringOr } from '../dialects/json/json-value.ts';
import { toOpenAiUsage, toTokenUsage } from '../dialects/openai-chat/usage.ts';
import { parseSseFrame } from '../dialects/sse/parse-sse-frame.ts';
import { createSseFramer } from '../dialects/sse/sse-framer.ts';
import { toFrame } from '../dialects/stream-failure.ts';
import { addUsage } from '../usage/meter.ts';
import type { ChatRequest } from './chat-request.ts';

/** A stream that another provider can go on with where one broke off. */
export type ContinuedStream = {
  /** Takes in whole events of the stream under way; gives back what the client gets of them: a continuation goes on under the first one's id. */
  pass(events: Buffer): Buffer;
  /**
   * The stream under way broke off, and its provider is charged for `used`.
   * @returns what asks for the rest; undefined if it cannot be asked for
   */
  breakOff(used: TokenUsage, pieces: number): ChatRequest | undefined;
  /** How many pieces came of the streams that broke off. */
  piecesBefore(): number;
};

/** Of an exchange that ends where its stream breaks off. */
export const NOT_CONTINUED: ContinuedStream = Object.freeze({
  pass: (events: Buffer) => events,
  breakOff: () => undefined,
  piecesBefore: () => 0,
});

/** Asked of the model behind its own words, as few providers go on with a last message of the assistant's by themselves. */
const GO_ON =
  'Your last message broke off. Go on exactly where it ends: repeat nothing of it, and say nothing about the interruption.';

/** An answer in JSON would begin anew, and of several choices each would have to be told its own words. */
export function canBeContinued({ stream, body }: ChatRequest): boolean {
  const { n, response_format: format } = body;
  const isText = format === undefined || format === null || recordOrEmpty(format)['type'] === 'text';
  return stream && isText && (n === undefined || n === null || n === 1) && Array.isArray(body['messages']);
}

/** So much of an answer is kept, about what the most talkative models say at most; one that is longer ends where it breaks off. */
const TEXT_CHARACTERS_MAX = 524_288;

/** Keeps the words of a stream's answer as they pass. Calls of tools, refusals and what else is not text cannot be gone on with. */
export function createContinuedStream(chat: ChatRequest): ContinuedStream {
  let text = '';
  let canGoOn = true;
  /** Of the first event with a piece of the answer. */
  let head: Pick<JsonRecord, 'id' | 'created'> | undefined;
  let hasRole = false;
  let isContinuation = false;
  let usedBefore: TokenUsage | undefined;
  let piecesBefore = 0;

  function passFrame(frame: Buffer): Buffer {
    const value = parseJson(parseSseFrame(frame).data);
    if (!isRecord(value)) return frame;
    const passed = isContinuation ? Buffer.from(toFrame(asOne(value))) : frame;
    const [choice] = Array.isArray(value['choices']) ? value['choices'] : [];
    if (isRecord(choice)) takeIn(value, choice);
    return passed;
  }

  function takeIn({ id, created }: JsonRecord, choice: JsonRecord): void {
    head ??= { id, created };
    const { role, content, ...rest } = recordOrEmpty(choice['delta']);
    if (typeof role === 'string') hasRole = true;
    const isText = content === undefined || content === null || typeof content === 'string';
    const isFinished = typeof choice['finish_reason'] === 'string';
    const hasMore = Object.entries(rest).some(([name, member]) => member !== null && !BESIDE_TEXT.has(name));
    text += stringOr(content, '');
    canGoOn &&= isText && !isFinished && !hasMore && text.length <= TEXT_CHARACTERS_MAX;
    if (!canGoOn) text = '';
  }

  /** The client is told the role once, and what all of it used. */
  function asOne(value: JsonRecord): JsonRecord {
    const { id, created } = head ?? value;
    const usage = toTokenUsage(value['usage']);
    const all = usage && usedBefore ? toOpenAiUsage(addUsage(usedBefore, usage)) : value['usage'];
    const choices = hasRole && Array.isArray(value['choices']) ? value['choices'].map(withoutRole) : value['choices'];
    return { ...value, id, created, choices, ...(value['usage'] === undefined ? {} : { usage: all }) };
  }

  return {
    pass(events) {
      const framer = createSseFramer({ frameBytesMax: Number.POSITIVE_INFINITY });
      const { frames } = framer.push(events);
      // The framer waits for what may follow a last CR; nothing does.
      return Buffer.concat([...frames, framer.rest()].map(passFrame));
    },
    breakOff(used, pieces) {
      if (!canGoOn) return undefined;
      isContinuation = true;
      usedBefore = usedBefore === undefined ? used : addUsage(usedBefore, used);
      piecesBefore += pieces;
      // Anthropic takes no message of blanks alone.
      return text.trim() === '' ? chat : goOn(chat, text, piecesBefore);
    },
    piecesBefore: () => piecesBefore,
  };
}

/** What models think comes before their text, and is not asked for again. */
const BESIDE_TEXT: ReadonlySet<string> = new Set(['reasoning_content', 'reasoning']);

function withoutRole(choice: unknown): unknown {
  if (!isRecord(choice) || !isRecord(choice['delta'])) return choice;
  const { role: _, ...delta } = choice['delta'];
  return { ...choice, delta };
}

/** A client's bound of the answer holds for all of it; a piece is about a token. */
function goOn(chat: ChatRequest, text: string, pieces: number): ChatRequest {
  const messages: readonly unknown[] = Array.isArray(chat.body['messages']) ? chat.body['messages'] : [];
  const body: Record<string, unknown> = {
    ...chat.body,
    messages: [...messages, { role: 'assistant', content: text }, { role: 'user', content: GO_ON }],
  };
  for (const bound of ['max_tokens', 'max_completion_tokens']) {
    const tokens = body[bound];
    if (typeof tokens === 'number') body[bound] = Math.max(1, tokens - pieces);
  }
  return { ...chat, body, bytes: Buffer.from(JSON.stringify(body)) };
}
