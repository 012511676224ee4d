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
