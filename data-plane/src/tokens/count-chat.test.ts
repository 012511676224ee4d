import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { describe, expect, test } from 'vitest';
import { hasRecordings, readEvents, readRecording } from '../dialects/testing/recordings.ts';
import { countChat } from './count-chat.ts';
import { createCountText } from './count-text.ts';

const countO200k = createCountText(o200k);
const countCl100k = createCountText(cl100k);
const count = (messages: readonly object[], more: object = {}) => countChat({ messages, ...more }, countO200k);
const user = (content: unknown) => ({ role: 'user', content });

describe('what OpenAI counted itself', () => {
  /** https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
  const jargon = [
    {
      role: 'system',
      content: 'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
    },
    { role: 'system', name: 'example_user', content: 'New synergies will help drive top-line growth.' },
    { role: 'system', name: 'example_assistant', content: 'Things working well together will increase revenue.' },
    {
      role: 'system',
      name: 'example_user',
      content: "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    },
    {
      role: 'system',
      name: 'example_assistant',
      content: "Let's talk later when we're less busy about how to do better.",
    },
    user("This late pivot means we don't have time to boil the ocean for the client deliverable."),
  ];

  test('of the chat in its cookbook', () => {
    expect(countChat({ messages: jargon }, countO200k)).toBe(124);
    expect(countChat({ messages: jargon }, countCl100k)).toBe(129);
  });

  test('of the chat in its reference', () => {
    const messages = [{ role: 'developer', content: 'You are a helpful assistant.' }, user('Hello!')];
    expect(count(messages)).toBe(19);
  });

  test.skipIf(!hasRecordings)('of a recorded answer and of a recorded stream', () => {
    const messages = [user('Invent a new holiday and describe its traditions.')];
    const whole: unknown = JSON.parse(readRecording('openai/chat/openai-text.json').toString());
    const last: unknown = JSON.parse(readEvents('openai/chat/openai-text.chunks.txt').at(-1) ?? '');
    for (const answer of [whole, last]) expect(answer).toMatchObject({ usage: { prompt_tokens: count(messages) } });
  });
});

test('parts of text count as what they say', () => {
  expect(count([user([{ type: 'text', text: 'Hello!' }])])).toBe(count([user('Hello!')]));
  const twice = [
    { type: 'text', text: 'Hello!' },
    { type: 'refusal', refusal: 'Hello!' },
  ];
  expect(count([user(twice)])).toBe(count([user('Hello!')]) + countO200k('Hello!'));
});

test('tools, calls of them and schemas count as the JSON that they stand in', () => {
  const tools = [{ type: 'function', function: { name: 'look', description: 'Looks something up.' } }];
  const plain = count([user('Hello!')]);
  for (const field of ['tools', 'functions', 'response_format'])
    expect(count([user('Hello!')], { [field]: tools })).toBe(plain + countO200k(JSON.stringify(tools)));
  const calls = [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }];
  const asking = { role: 'assistant', content: null, tool_calls: calls };
  expect(count([user('Hello!'), asking])).toBe(plain + 3 + countO200k('assistant') + countO200k(JSON.stringify(calls)));
});

test('what does not reach the model counts nothing', () => {
  const more = { temperature: 0, max_tokens: 10, metadata: { a: 'long text' }, user: 'ada', tools: null };
  expect(count([user('Hello!')], more)).toBe(count([user('Hello!')]));
});
