import { describe, expect, test } from 'vitest';
import { requestOf, targetOf } from '../testing/streams.ts';
import { findModelFacts } from './model-facts.ts';
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

describe('tools', () => {
  const tool = {
    type: 'function',
    function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    cache_control: { type: 'ephemeral' },
  };
  test('functions are translated, tools of Anthropic’s own forwarded', () => {
    const own = { type: 'web_search_20250305', name: 'web_search' };
    expect(encode({ tools: [tool, { type: 'function', function: { name: 'g' } }, own] })['tools']).toEqual([
      {
        name: 'f',
        description: 'd',
        input_schema: { type: 'object' },
        strict: true,
        cache_control: { type: 'ephemeral' },
      },
      { name: 'g', input_schema: { type: 'object', properties: {} } },
      own,
    ]);
  });

  test.each([
    [{ tool_choice: 'auto' }, { type: 'auto' }],
    [{ tool_choice: 'none' }, { type: 'none' }],
    [{ tool_choice: 'required' }, { type: 'any' }],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { type: 'tool', name: 'f' }],
    [{ tool_choice: { type: 'any' } }, { type: 'any' }],
    [{ parallel_tool_calls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { parallel_tool_calls: false, tool_choice: 'required' },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [{ parallel_tool_calls: false, tool_choice: 'none' }, { type: 'none' }],
    [{ parallel_tool_calls: true }, undefined],
  ])('%j', (more, expected) => {
    expect(encode({ tools: [tool], ...more })['tool_choice']).toEqual(expected);
  });

  test.each([
    [{ tools: [{ type: 'custom', custom: { name: 'x' } }] }, 'tools[0].type'],
    [{ tools: [tool, { type: 'function' }] }, 'tools[1].function'],
    [{ tools: [tool], tool_choice: 'maybe' }, 'tool_choice'],
    [{ tools: [tool], tool_choice: { type: 'allowed_tools' } }, 'tool_choice'],
  ])('refuses %j', (body, param) => {
    expect(refusalOf(body).param).toBe(param);
  });
});

describe('parameters', () => {
  test.each([
    [{ max_tokens: 5 }, { max_tokens: 5 }],
    [{ max_tokens: 5, max_completion_tokens: 6 }, { max_tokens: 6 }],
    [{ stop: 'x' }, { stop_sequences: ['x'] }],
    [{ stop: ['x', 'y'] }, { stop_sequences: ['x', 'y'] }],
    [
      { temperature: 1, top_p: 0.5, top_k: 3 },
      { temperature: 1, top_p: 0.5, top_k: 3 },
    ],
    [{ user: 'ann' }, { metadata: { user_id: 'ann' } }],
    [{ service_tier: 'default' }, { service_tier: 'standard_only' }],
    [{ stream: true, stream_options: { include_usage: true } }, { stream: true }],
    [
      { thinking: { type: 'enabled', budget_tokens: 70_000 } },
      { thinking: { type: 'enabled', budget_tokens: 70_000 }, max_tokens: 74_096 },
    ],
    [
      { container: 'c', mcp_servers: [], later: { a: null } },
      { container: 'c', mcp_servers: [], later: { a: null } },
    ],
    [
      {
        n: 1,
        seed: null,
        logprobs: false,
        presence_penalty: 0,
        logit_bias: {},
        modalities: ['text'],
        store: true,
        metadata: { a: 'b' },
      },
      {},
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } } },
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    ],
    [{ response_format: { type: 'text' } }, {}],
  ])('translates or forwards %j', (body, expected) => {
    const { model: _model, messages: _messages, ...rest } = encode(body);
    expect(rest).toEqual({ max_tokens: 64_000, ...expected });
  });

  test.each([
    [{ n: 2 }, 'n'],
    [{ temperature: 1.5 }, 'temperature'],
    [{ seed: 0 }, 'seed'],
    [{ logprobs: true }, 'logprobs'],
    [{ top_logprobs: 3 }, 'top_logprobs'],
    [{ logit_bias: { '1': 2 } }, 'logit_bias'],
    [{ presence_penalty: 0.1 }, 'presence_penalty'],
    [{ frequency_penalty: 0.1 }, 'frequency_penalty'],
    [{ audio: { voice: 'x' } }, 'audio'],
    [{ modalities: ['text', 'audio'] }, 'modalities'],
    [{ web_search_options: {} }, 'web_search_options'],
    [{ functions: [{ name: 'x' }] }, 'functions'],
    [{ service_tier: 'flex' }, 'service_tier'],
    [{ response_format: { type: 'json_object' } }, 'response_format'],
  ])('refuses %j as unsupported', (body, param) => {
    expect(refusalOf(body)).toMatchObject({ code: 'unsupported_parameter', param });
  });

  test('refuses a system prompt in two places', () => {
    expect(encode({ system: 'x' })['system']).toBe('x');
    expect(refusalOf({ system: 'x', messages: [{ role: 'system', content: 'y' }] }).param).toBe('system');
  });

  test('a key such as __proto__ is forwarded like any other', () => {
    const body = JSON.parse('{"__proto__":{"max_tokens":1},"constructor":2}') as Record<string, unknown>;
    const encoded = encode(body);
    expect(Object.getOwnPropertyDescriptor(encoded, '__proto__')?.value).toEqual({ max_tokens: 1 });
    expect(encoded).toMatchObject({ constructor: 2, max_tokens: 64_000 });
  });
});

describe('reasoning_effort', () => {
  test.each([
    ['claude-sonnet-4-5', {}, 'low', { max_tokens: 64_000, thinking: { type: 'enabled', budget_tokens: 1024 } }],
    ['claude-sonnet-4-5', {}, 'high', { max_tokens: 64_000, thinking: { type: 'enabled', budget_tokens: 4096 } }],
    [
      'claude-sonnet-4-5',
      { max_tokens: 3000 },
      'high',
      { max_tokens: 3000, thinking: { type: 'enabled', budget_tokens: 2999 } },
    ],
    ['claude-sonnet-4-5', {}, 'none', { max_tokens: 64_000 }],
    ['some-proxy-model', {}, 'medium', { max_tokens: 6144, thinking: { type: 'enabled', budget_tokens: 2048 } }],
    [
      'claude-opus-5',
      {},
      'minimal',
      { max_tokens: 64_000, thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
    ],
    [
      'claude-opus-5',
      { output_config: { effort: 'max' } },
      'low',
      { max_tokens: 64_000, thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
    ],
    ['claude-opus-5', {}, 'none', { max_tokens: 64_000, thinking: { type: 'disabled' } }],
  ])('for %s with %j: %s', (model, more, effort, expected) => {
    const { model: _model, messages: _messages, ...rest } = encode({ ...more, reasoning_effort: effort }, model);
    expect(rest).toEqual(expected);
  });

  test('refuses what it does not know, and a limit too small to think within', () => {
    expect(refusalOf({ reasoning_effort: 'toString' }, 'claude-opus-5').param).toBe('reasoning_effort');
    expect(refusalOf({ reasoning_effort: 'high', max_tokens: 1000 }).param).toBe('reasoning_effort');
  });
});

test.each([
  ['claude-3-opus-20240229', 4_096, 'budget'],
  ['claude-3-5-haiku-latest', 8_192, 'budget'],
  ['claude-3-7-sonnet-20250219', 64_000, 'budget'],
  ['claude-opus-4-20250514', 32_000, 'budget'],
  ['claude-opus-4-1@20250805', 32_000, 'budget'],
  ['claude-sonnet-4-20250514', 64_000, 'budget'],
  ['claude-opus-4-5-20251101', 64_000, 'budget'],
  ['anthropic.claude-opus-4-6-v1', 64_000, 'adaptive'],
  ['claude-fable-5', 64_000, 'adaptive'],
  ['gpt-4o', 4_096, 'budget'],
])('of %s it is known that it gives up to %i tokens and thinks by %s', (name, outputTokensMax, thinking) => {
  expect(findModelFacts(name)).toEqual({ outputTokensMax, thinking });
});
