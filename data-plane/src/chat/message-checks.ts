import type { GatewayError } from '@tollgate/schema';
import { type Expectation, missing, OBJECT, TEXT, wrongType } from './field-checks.ts';

const MESSAGES: Expectation = { holds: Array.isArray, words: 'a non-empty array of messages' };
const CONTENT: Expectation = { holds: () => false, words: 'a string or an array of content parts' };

/** Roles whose messages say nothing without content; an assistant's may hold tool calls alone. */
const ROLES_WITH_CONTENT: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'tool']);

/** The first mistake in `messages`, with its path. */
export function findWrongMessage(messages: unknown): GatewayError | undefined {
  if (messages === undefined) return missing('messages');
  if (!Array.isArray(messages) || messages.length === 0) return wrongType('messages', MESSAGES, messages);
  for (let index = 0; index < messages.length; index += 1) {
    const error = checkMessage(messages[index], index);
    if (error !== undefined) return error;
  }
  return undefined;
}

function checkMessage(message: unknown, index: number): GatewayError | undefined {
  if (!OBJECT.holds(message)) return wrongType(`messages[${index}]`, OBJECT, message);
  const { role, content } = message as { readonly role?: unknown; readonly content?: unknown };
  if (role === undefined) return missing(`messages[${index}].role`);
  if (typeof role !== 'string') return wrongType(`messages[${index}].role`, TEXT, role);
  if (typeof content === 'string') return undefined;
  if (Array.isArray(content)) return findWrongTyped(content, `messages[${index}].content`);
  if (content === undefined || content === null) return checkAbsentContent(role, content, index);
  return wrongType(`messages[${index}].content`, CONTENT, content);
}

function checkAbsentContent(role: string, content: null | undefined, index: number): GatewayError | undefined {
  if (!ROLES_WITH_CONTENT.has(role)) return undefined;
  const param = `messages[${index}].content`;
  return content === null ? wrongType(param, CONTENT, content) : missing(param);
}

/** The first item of a list that is not an object with a `type`, as parts of content and tools must be. */
export function findWrongTyped(items: readonly unknown[], path: string): GatewayError | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (!OBJECT.holds(item)) return wrongType(`${path}[${index}]`, OBJECT, item);
    const { type } = item as { readonly type?: unknown };
    if (type === undefined) return missing(`${path}[${index}].type`);
    if (typeof type !== 'string') return wrongType(`${path}[${index}].type`, TEXT, type);
  }
  return undefined;
}
