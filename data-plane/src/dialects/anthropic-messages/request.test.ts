import { describe, expect, test } from 'vitest';
import { requestOf, targetOf } from '../testing/streams.ts';
import { encodeRequest } from './request.ts';

function encode(body: Record<string, unknown>, upstreamModel = 'claude-sonnet-4-5') {
  const encoded = encodeRequest(requestOf(body), targetOf(upstreamModel));
  if (!encoded.ok) throw new Error(encoded.error.message);
  return JSON.parse(encoded.body.toString()) as Record<string, unknown>;
}

function refusalOf(body: Record<string, unknown>, upstreamModel = 'claude-sonnet-4-5') {
  const encoded = encodeRequest(requestOf(body), targetOf(upstreamModel));
  if (encoded.ok) throw new Error('was not refused');
  return encoded.error;
}

const call = (id: string, args: unknown, more = {}) => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: args },
  ...more,
});

describe('messages', () => {
  test('system and developer messages become the system prompt, the rest turns of user and assistant', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'user', content: [{ type: 'text', text: 'there' }] },
      { role: 'assistant', content: 'Hello' },
      { role: 'developer', content: [{ type: 'text', text: 'And kind.', cache_control: { type: 'ephemeral' } }] },
      { role: 'user', content: 'Bye', name: 'Ann' },
    ];
    expect(encode({ messages })).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 64_000,
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'And kind.', cache_control: { type: 'ephemeral' } },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'text', text: 'there' },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
        { role: 'user', content: [{ type: 'text', text: 'Bye' }] },
      ],
    });
  });

  test('images, PDFs and parts of Anthropic’s own', () => {
    const own = { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } };
    const content = [
      {
        type: 'image_url',
        image_url: { url: 'data:image/png;base64,AAAA', detail: 'high' },
        cache_control: { type: 'ephemeral' },
      },
      { type: 'image_url', image_url: { url: 'https://x/y.png' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
      own,
      { type: 'text', text: '' },
    ];
    expect(encode({ messages: [{ role: 'user', content }] })['messages']).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'image',
            source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
            cache_control: { type: 'ephemeral' },
          },
          { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' }, title: 'a.pdf' },
          own,
        ],
      },
    ]);
  });

  test('tool calls and their results, those of one turn together', () => {
    const thinking = { type: 'thinking', thinking: 'hm', signature: 's' };
    const messages = [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: '',
        thinking_blocks: [thinking],
        reasoning_content: 'hm',
        tool_calls: [call('a', '{"x":1}'), call('b', '')],
      },
      { role: 'tool', tool_call_id: 'a', content: 'sun' },
      {
        role: 'tool',
        tool_call_id: 'b',
        content: [{ type: 'text', text: 'rain' }],
        cache_control: { type: 'ephemeral' },
      },
      { role: 'user', content: 'Thanks' },
    ];
    expect(encode({ messages })['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          thinking,
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
          { type: 'tool_use', id: 'b', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'sun' },
          {
            type: 'tool_result',
            tool_use_id: 'b',
            content: [{ type: 'text', text: 'rain' }],
            cache_control: { type: 'ephemeral' },
          },
          { type: 'text', text: 'Thanks' },
        ],
      },
    ]);
  });

  test.each([
    [
      { role: 'user', content: [{ type: 'input_audio', input_audio: {} }] },
      'unsupported_parameter',
      'messages[0].content[0]',
    ],
    [{ role: 'user', content: [{ type: 'text', text: 5 }] }, 'invalid_request', 'messages[0].content[0].text'],
    [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///x' } }] },
      'invalid_request',
      'messages[0].content[0].image_url.url',
    ],
    [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png,AAAA' } }] },
      'invalid_request',
      'messages[0].content[0].image_url.url',
    ],
    [
      { role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] },
      'unsupported_parameter',
      'messages[0].content[0].file.file_id',
    ],
    [
      { role: 'user', content: [{ type: 'file', file: { file_data: 'data:text/csv;base64,AA' } }] },
      'unsupported_parameter',
      'messages[0].content[0].file.file_data',
    ],
    [
      { role: 'assistant', tool_calls: [call('a', '{"x"')] },
      'invalid_request',
      'messages[0].tool_calls[0].function.arguments',
    ],
    [
      { role: 'assistant', tool_calls: [call('a', '[1]')] },
      'invalid_request',
      'messages[0].tool_calls[0].function.arguments',
    ],
    [
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: {} }] },
      'unsupported_parameter',
      'messages[0].tool_calls[0]',
    ],
    [{ role: 'tool', content: 'x' }, 'invalid_request', 'messages[0].tool_call_id'],
    [{ role: 'function', content: 'x' }, 'unsupported_parameter', 'messages[0].role'],
    [{ role: 'critic', content: 'x' }, 'invalid_request', 'messages[0].role'],
  ])('refuses %j', (message, code, param) => {
    expect(refusalOf({ messages: [message] })).toMatchObject({ code, param });
  });
});
