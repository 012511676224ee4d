import { isRecord } from '../json/json-value.ts';

/** The mock's tokens: words, each with the white space before it, so that joined they are the text again. */
export function toTokens(text: string): readonly string[] {
  return text.trim().match(/\s*\S+/g) ?? [];
}

/** The text of a message: its string, or its parts of type text, one a line; images and files say nothing. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isRecord)
    .flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    .join('\n');
}

export function countPromptTokens(messages: unknown): number {
  if (!Array.isArray(messages)) return 0;
  return messages.filter(isRecord).reduce((sum, { content }) => sum + toTokens(textOf(content)).length, 0);
}

/** What the mock echoes: the last message of the user, or of whoever spoke last. */
export function lastUserText(messages: unknown): string {
  if (!Array.isArray(messages)) return '';
  const spoken = messages.filter(isRecord);
  const last = spoken.findLast(({ role }) => role === 'user') ?? spoken.at(-1);
  return textOf(last?.['content']);
}

/** Exactly `count` tokens, made of the given ones over and over. */
export function repeatTokens(tokens: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const token = tokens[index % tokens.length] ?? '';
    return index === 0 || /^\s/.test(token) ? token : ` ${token}`;
  });
}
