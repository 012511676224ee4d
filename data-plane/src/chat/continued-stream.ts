import type { TokenUsage } from '@tollgate/schema';
import { isRecord, type JsonRecord, parseJson, recordOrEmpty, stringOr } from '../dialects/json/json-value.ts';
import { toOpenAiUsage, toTokenUsage } from '../dialects/openai-chat/usage.ts';
import { parseSseFrame } from '../dialects/sse/parse-sse-frame.ts';
import { createSseFramer } from '../dialects/sse/sse-framer.ts';
import { FRAME_BYTES_MAX, toFrame } from '../dialects/stream-failure.ts';
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

/** Keeps the words of a stream's answer as they pass. Calls of tools, refusals and what else is not text cannot be gone on with. */
export function createContinuedStream(chat: ChatRequest): ContinuedStream {
  let text = '';
  let isOnlyText = true;
  let first: JsonRecord | undefined;
  let isContinuation = false;
  let usedBefore: TokenUsage | undefined;
  let piecesBefore = 0;

  function passFrame(frame: Buffer): Buffer {
    const value = parseJson(parseSseFrame(frame).data);
    if (!isRecord(value)) return frame;
    takeIn(value);
    return isContinuation ? Buffer.from(toFrame(asOne(value))) : frame;
  }

  function takeIn(value: JsonRecord): void {
    first ??= value;
    const [choice] = Array.isArray(value['choices']) ? value['choices'] : [];
    if (!isRecord(choice)) return;
    const { role: _, content, ...rest } = recordOrEmpty(choice['delta']);
    text += stringOr(content, '');
    const isFinished = typeof choice['finish_reason'] === 'string';
    if (isFinished || Object.entries(rest).some(([name, member]) => member !== null && !BESIDE_TEXT.has(name)))
      isOnlyText = false;
  }

  /** The client has the role already, and is told what all of it used. */
  function asOne(value: JsonRecord): JsonRecord {
    const { id, created } = first ?? value;
    const usage = toTokenUsage(value['usage']);
    const all = usage && usedBefore ? toOpenAiUsage(addUsage(usedBefore, usage)) : value['usage'];
    const choices = Array.isArray(value['choices']) ? value['choices'].map(withoutRole) : value['choices'];
    return { ...value, id, created, choices, ...(value['usage'] === undefined ? {} : { usage: all }) };
  }

  return {
    pass(events) {
      const { frames } = createSseFramer({ frameBytesMax: FRAME_BYTES_MAX }).push(events);
      return Buffer.concat(frames.map(passFrame));
    },
    breakOff(used, pieces) {
      if (!isOnlyText) return undefined;
      isContinuation = true;
      usedBefore = usedBefore === undefined ? used : addUsage(usedBefore, used);
      piecesBefore += pieces;
      return text === '' ? chat : goOn(chat, text, piecesBefore);
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
