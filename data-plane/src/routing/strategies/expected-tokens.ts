import type { ChatRequest } from '../../chat/chat-request.ts';

/** What an answer is taken to be long where the request does not bound it. */
const OUTPUT_TOKENS_TYPICAL = 256;
const BYTES_PER_TOKEN = 4;

/** How many tokens a request is taken to put in; to compare deployments with, not to charge. */
export const expectedInput = ({ bytes }: ChatRequest): number => Math.ceil(bytes.length / BYTES_PER_TOKEN);

/** How many tokens its answer is taken to have: what it asks for at most, if that is less than what is typical. */
export function expectedOutput({ body }: ChatRequest): number {
  const bound = body['max_completion_tokens'] ?? body['max_tokens'];
  return typeof bound === 'number' ? Math.min(bound, OUTPUT_TOKENS_TYPICAL) : OUTPUT_TOKENS_TYPICAL;
}
