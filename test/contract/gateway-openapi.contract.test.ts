import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer, stream } from '../support/provider-scripts.ts';
import {
  anthropicStream,
  mayReadOpenaiSpec,
  mayReadRecordings,
  openaiStream,
  recordedBody,
} from '../support/recordings.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, type Tenant } from '../support/tenant.ts';
import { openSchemas, type SchemaName } from './openai-schema.ts';

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const WEATHER = { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } };

const stack = connectStack(inject('stack'));
let provider: Provider;

beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

type Case = { readonly type: string; readonly whole: string; readonly streamed: string };

const RECORDED: readonly Case[] = [
  { type: 'openai', whole: 'openai/chat/openai-text', streamed: 'openai/chat/openai-text' },
  { type: 'openai-compatible', whole: 'openai/chat/openai-text', streamed: 'openai/chat/openai-text' },
  { type: 'vllm', whole: 'openai/chat/openai-text', streamed: 'openai/chat/openai-text' },
  { type: 'ollama', whole: 'openai/chat/openai-text', streamed: 'openai/chat/openai-text' },
  { type: 'anthropic', whole: 'anthropic/anthropic-text', streamed: 'anthropic/anthropic-text' },
  {
    type: 'anthropic',
    whole: 'anthropic/anthropic-json-other-tool.1',
    streamed: 'anthropic/anthropic-json-other-tool.1',
  },
  { type: 'anthropic', whole: 'anthropic/anthropic-refusal', streamed: 'anthropic/anthropic-refusal' },
  { type: 'anthropic', whole: 'anthropic/anthropic-tool-no-args', streamed: 'anthropic/anthropic-tool-no-args' },
];

describe.skipIf(!mayReadOpenaiSpec)('the gateway’s answers keep to OpenAI’s own specification', () => {
  const schema = mayReadOpenaiSpec ? openSchemas() : undefined;

  function expectValid(name: SchemaName, value: unknown): void {
    const validate = schema?.(name);
    if (validate === undefined) throw new Error('there is no specification');
    validate(value);
    expect({
      value,
      errors: validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`) ?? [],
    }).toEqual({ value, errors: [] });
  }

  async function post(tenant: Tenant, more: object = {}): Promise<{ status: number; text: string }> {
    const response = await fetch(`${stack.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: tenant.model, messages: MESSAGES, ...more }),
    });
    return { status: response.status, text: await response.text() };
  }

  function expectValidStream(text: string): void {
    const events = text.split('\n\n').filter(Boolean);
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(events.length).toBeGreaterThan(2);
    for (const event of events.slice(0, -1))
      expectValid('CreateChatCompletionStreamResponse', JSON.parse(event.slice('data: '.length)));
  }

  test('and the schemas are no empty ones', () => {
    expect(schema?.('CreateChatCompletionResponse')({ id: 'x' })).toBe(false);
    expect(schema?.('CreateChatCompletionStreamResponse')({ id: 'x', choices: [{}] })).toBe(false);
    expect(schema?.('ErrorResponse')({ error: { message: 'x' } })).toBe(false);
  });

  describe.skipIf(!mayReadRecordings).each(RECORDED)('$type, answering $whole', ({ type, whole, streamed }) => {
    let tenant: Tenant;
    beforeAll(async () => {
      tenant = await openTenant(stack, {
        type,
        baseUrl: provider.baseUrl,
        apiKey: 'credential-of-contract-tests',
        upstreamModel: 'claude-sonnet-4-5',
      });
    });

    test('whole', async () => {
      provider.play(answer(200, recordedBody(whole)));
      const { status, text } = await post(tenant);
      expect(status).toBe(200);
      expectValid('CreateChatCompletionResponse', JSON.parse(text));
    });

    test.each([true, false])('each chunk of the stream (usage asked for: %s)', async (isAsked) => {
      provider.play(
        stream(type === 'anthropic' ? anthropicStream(streamed) : openaiStream(streamed), { cutEvery: [100] }),
      );
      const { status, text } = await post(tenant, { stream: true, stream_options: { include_usage: isAsked } });
      expect(status).toBe(200);
      expectValidStream(text);
    });
  });

  test('the mock: words, tools, JSON, whole and streamed', async () => {
    const tenant = await openTenant(stack, { type: 'mock', mock: { tokens: 4 } });
    const asked = [
      {},
      { tools: [WEATHER], tool_choice: 'required' },
      { response_format: { type: 'json_object' } },
      { max_tokens: 1 },
    ];
    for (const more of asked) {
      expectValid('CreateChatCompletionResponse', JSON.parse((await post(tenant, more)).text));
      expectValidStream((await post(tenant, { ...more, stream: true, stream_options: { include_usage: true } })).text);
    }
  });

  test('the list of models, and one of them', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    const get = async (path: string) =>
      (await fetch(`${stack.gatewayUrl}${path}`, { headers: { authorization: `Bearer ${tenant.secret}` } })).json();
    expectValid('ListModelsResponse', await get('/v1/models'));
    expectValid('Model', await get(`/v1/models/${tenant.model}`));
    expectValid('ErrorResponse', await get('/v1/models/no-such-model'));
    expectValid('ErrorResponse', await get('/v1/nothing'));
  });

  test('errors: the gateway’s own, and those of providers in whatever shape they come', async () => {
    const tenant = await openTenant(stack, {
      type: 'openai',
      baseUrl: provider.baseUrl,
      apiKey: 'credential-of-contract-tests',
    });
    for (const more of [
      { messages: 5 },
      { model: 'no-such-model' },
      { messages: [{ role: 'user' }] },
      { stream: 'yes' },
    ])
      expectValid('ErrorResponse', JSON.parse((await post(tenant, more)).text));
    const bodies = [
      '',
      'plain text',
      '<html></html>',
      '{"error":"text"}',
      '{"detail":[{"loc":["a"],"msg":"b"}]}',
      '{"type":"error","error":{"type":"overloaded_error","message":"x"}}',
      '{"error":{"code":400,"message":null}}',
      '[]',
      'null',
    ];
    for (const body of bodies) {
      for (const isStream of [false, true]) {
        provider.play(answer(503, body));
        const { status, text } = await post(tenant, { stream: isStream });
        expect(status).toBe(503);
        expectValid('ErrorResponse', JSON.parse(text));
      }
    }
  });
});
