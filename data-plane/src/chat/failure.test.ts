import { describe, expect, test } from 'vitest';
import { refusalOf, retryAfterMs, toRefusal } from './failure.ts';

const openaiError = (message: string, code: string | null = null) => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});
const anthropicError = (message: string) => openaiError(message);

describe('what providers say when they refuse', () => {
  test.each([
    ['too_long', 400, openaiError("This model's maximum context length is 8192 tokens.", 'context_length_exceeded')],
    ['too_long', 400, openaiError("This model's maximum context length is 4096 tokens. However, you requested 5000.")],
    ['too_long', 400, anthropicError('prompt is too long: 213462 tokens > 200000 maximum')],
    ['too_long', 413, openaiError('input length and `max_tokens` exceed context limit')],
    ['against_policy', 400, openaiError('The response was filtered.', 'content_filter')],
    ['against_policy', 400, openaiError('Your request was rejected.', 'content_policy_violation')],
    ['against_policy', 400, anthropicError('Output blocked by content filtering policy')],
    [undefined, 400, openaiError("Invalid type for 'temperature'.")],
    [undefined, 500, openaiError('context_length_exceeded')],
    [undefined, 401, openaiError('Incorrect API key provided.', 'invalid_api_key')],
  ] as const)('%s: %s %j', (refusal, status, body) => {
    expect(refusalOf(toRefusal(status, body, ''))).toBe(refusal);
  });
});

test.each([
  ['', 0],
  ['3', 3_000],
  ['Wed, 25 Nov 2026 00:00:10 GMT', 10_000],
  ['Tue, 24 Nov 2026 00:00:00 GMT', 0],
  ['soon', 0],
  ['-5', 0],
])('Retry-After: %j is a wait of %s ms', (value, waitMs) => {
  expect(retryAfterMs(value, Date.parse('2026-11-25T00:00:00Z'))).toBe(waitMs);
});
