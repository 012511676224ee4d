import { expect, test } from 'vitest';
import { TOKENS } from './faults.ts';
import { isWhole } from './is-whole.ts';

const words = (count: number): string[] => Array.from({ length: count }, () => 'word ');
const whole = (text: string, finish_reason = 'stop') =>
  JSON.stringify({ choices: [{ index: 0, message: { content: text }, finish_reason }] });
const event = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const END = `${event({}, 'stop')}data: [DONE]\n\n`;
const stream = (count: number) =>
  `: still here\n\n${event({ role: 'assistant', content: '' })}${words(count)
    .map((content) => event({ content }))
    .join('')}`;

test.each([
  ['a whole answer', 200, whole(words(TOKENS).join('')), false, true],
  ['one of another status', 503, whole(words(TOKENS).join('')), false, false],
  ['one that lacks a word', 200, whole(words(TOKENS - 1).join('')), false, false],
  ['what is no JSON', 200, '<html>', false, false],
  ['one that was cut', 200, whole(words(TOKENS).join(''), 'length'), false, false],
  ['a stream', 200, `${stream(TOKENS)}${END}`, true, true],
  [
    'a stream with usage',
    200,
    `${stream(TOKENS)}${event({}, 'stop')}data: {"choices":[]}\n\ndata: [DONE]\n\n`,
    true,
    true,
  ],
  ['a stream that another went on with', 200, `${stream(TOKENS + 5)}${END}`, true, true],
  ['a stream that was not said to be over', 200, `${stream(TOKENS)}${event({}, 'stop')}`, true, false],
  ['a stream that broke off', 200, stream(TOKENS), true, false],
  ['a stream that ended with an error', 200, `${stream(5)}data: {"error":{"code":"upstream"}}\n\n`, true, false],
])('%s', (_what, status, body, isStream, expected) => {
  expect(isWhole(status, body, isStream)).toBe(expected);
});
