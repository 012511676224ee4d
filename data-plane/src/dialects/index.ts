import type { ProviderRow } from '@tollgate/schema';
import { createAnthropicMessages } from './anthropic-messages/index.ts';
import type { Dialect } from './dialect.ts';
import { openaiChat } from './openai-chat/index.ts';

const anthropicMessages = createAnthropicMessages({ now: Date.now });

/** The dialect that a row of the catalogue names; the built-in mock answers in OpenAI's. */
export function dialectFor(dialect: ProviderRow['dialect']): Dialect {
  switch (dialect) {
    case 'openai-chat':
    case 'mock':
      return openaiChat;
    case 'anthropic-messages':
      return anthropicMessages;
    default:
      return dialect satisfies never;
  }
}
