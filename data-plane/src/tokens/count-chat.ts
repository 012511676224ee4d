import type { ChatRequest } from '../chat/chat-request.ts';
import type { CountText } from './count-text.ts';

/** What OpenAI's cookbook says that a chat has besides its texts: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
const TOKENS_OF_ANSWERS_BEGINNING = 3;

/** Parts of a request besides its messages that a model reads. */
const READ_AS_JSON = ['tools', 'functions', 'response_format'] as const;

/**
 * Of how many tokens a request's prompt is. That of plain messages is exact for OpenAI's models that do not reason. Tools, calls of them and schemas are counted as
 * the JSON that they stand in, for how a model gets to read them is not published.
 */
export function countChat(body: ChatRequest['body'], countText: CountText): number {
  let tokens = TOKENS_OF_ANSWERS_BEGINNING;
  for (const message of body['messages'] as readonly object[]) {
    tokens += TOKENS_PER_MESSAGE;
    for (const [field, value] of Object.entries(message)) {
      if (field === 'name') tokens += TOKENS_PER_NAME;
      for (const text of field === 'content' && Array.isArray(value) ? value.map(textOfPart) : [textOf(value)])
        tokens += countText(text);
    }
  }
  for (const field of READ_AS_JSON) tokens += countText(textOf(body[field]));
  return tokens;
}

const textOfPart = (part: Readonly<Record<string, unknown>>): string => textOf(part['text'] ?? part['refusal'] ?? part);

/** What is not there has none. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
