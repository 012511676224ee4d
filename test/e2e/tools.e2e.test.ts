import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { jsonOf, type Provider, startProvider } from '../support/provider.ts';
import { answer, stream } from '../support/provider-scripts.ts';
import { anthropicStream, mayReadRecordings, openaiStream, recordedBody } from '../support/recordings.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, type Tenant } from '../support/tenant.ts';

const WEATHER = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'The weather at a place',
    parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
  },
};
const QUESTION = { role: 'user' as const, content: 'What is the weather in San Francisco?' };
const ANSWER_SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, count: { type: 'integer' } },
  required: ['name', 'count'],
  additionalProperties: false,
};

const stack = connectStack(inject('stack'));
let provider: Provider;

beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

describe.skipIf(!mayReadRecordings)('tools through the SDK', () => {
  const cases = [
    { type: 'openai-compatible', tool: 'openai-compatible/chat/xai-tool-call', text: 'openai/chat/openai-text' },
    { type: 'anthropic', tool: 'anthropic/anthropic-json-other-tool.1', text: 'anthropic/anthropic-text' },
  ] as const;

  describe.each(cases)('of a $type provider', ({ type, tool, text }) => {
    let tenant: Tenant;
    const toStream = type === 'anthropic' ? anthropicStream : openaiStream;

    beforeAll(async () => {
      const upstreamModel = type === 'anthropic' ? 'claude-sonnet-4-5' : 'grok-3-mini';
      tenant = await openTenant(stack, {
        type,
        baseUrl: provider.baseUrl,
        apiKey: 'credential-of-tool-tests',
        upstreamModel,
      });
    });

    test('make the round trip: a call comes, its result goes back, words come', async () => {
      provider.play(answer(200, recordedBody(tool)));
      const first = await tenant.client.chat.completions.create({
        model: tenant.model,
        messages: [QUESTION],
        tools: [WEATHER],
      });
      const choice = first.choices[0];
      expect(choice?.finish_reason).toBe('tool_calls');
      const call = choice?.message.tool_calls?.[0];
      if (choice === undefined || call?.type !== 'function') throw new Error('no function is called');
      expect(call.function.name).toBe('weather');
      expect(JSON.parse(call.function.arguments)).toEqual({ location: 'San Francisco' });

      provider.play(answer(200, recordedBody(text)));
      const second = await tenant.client.chat.completions.create({
        model: tenant.model,
        messages: [QUESTION, choice.message, { role: 'tool', tool_call_id: call.id, content: 'Sunny, 18 °C' }],
        tools: [WEATHER],
      });
      expect(second.choices[0]?.message.content).toBeTruthy();
      const sent = jsonOf(provider.lastCall()) as { messages: Record<string, unknown>[] };
      const expected =
        type === 'anthropic'
          ? [
              { role: 'user', content: [{ type: 'text', text: QUESTION.content }] },
              {
                role: 'assistant',
                content: [{ type: 'tool_use', id: call.id, name: 'weather', input: { location: 'San Francisco' } }],
              },
              { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'Sunny, 18 °C' }] },
            ]
          : [QUESTION, { role: 'assistant', tool_calls: [{ id: call.id }] }, { role: 'tool', tool_call_id: call.id }];
      expect(sent.messages).toMatchObject(expected);
    });

    test.each([
      ['whole', undefined],
      ['in pieces of five bytes', [5]],
    ])('are called in streams that come %s', async (_how, cutEvery) => {
      provider.play(stream(toStream(tool), cutEvery === undefined ? {} : { cutEvery }));
      const runner = tenant.client.chat.completions.stream({
        model: tenant.model,
        messages: [QUESTION],
        tools: [WEATHER],
      });
      const completion = await runner.finalChatCompletion();
      const [call] = completion.choices[0]?.message.tool_calls ?? [];
      expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
      if (call?.type !== 'function') throw new Error('no function is called');
      expect(call.id).toBeTruthy();
      expect(call.function.name).toBe('weather');
      expect(JSON.parse(call.function.arguments)).toEqual({ location: 'San Francisco' });
    });
  });
});

describe('what the gateway does not know', () => {
  test('reaches the provider byte for byte but for the model’s name', async () => {
    const tenant = await openTenant(stack, { type: 'vllm', baseUrl: provider.baseUrl, upstreamModel: 'real-name' });
    provider.play(answer(200, { choices: [] }));
    const body = `{ "messages": [{"role":"user","content":"Grüße \\ud83d\\ude00"}],"guided_json" : {"z":1,"a":[1e400,-0.0]},\n"model":"${tenant.model}" , "seed":12345678901234567890}`;
    const response = await fetch(`${stack.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.secret}`, 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(200);
    expect(provider.lastCall().body.toString()).toBe(body.replace(tenant.model, 'real-name'));
  });
});

describe('JSON modes through the SDK', () => {
  test('the mock answers by a schema, whole and streamed, and the SDK parses it', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    const format = {
      type: 'json_schema' as const,
      json_schema: { name: 'thing', strict: true, schema: ANSWER_SCHEMA },
    };
    const parsed = await tenant.client.chat.completions.parse({
      model: tenant.model,
      messages: [QUESTION],
      response_format: format,
    });
    expect(parsed.choices[0]?.message.parsed).toEqual({ name: '', count: 0 });
    const streamed = await tenant.client.chat.completions
      .stream({ model: tenant.model, messages: [QUESTION], response_format: format })
      .finalChatCompletion();
    expect(JSON.parse(streamed.choices[0]?.message.content ?? '')).toEqual({ name: '', count: 0 });
    const anyJson = await tenant.client.chat.completions.create({
      model: tenant.model,
      messages: [QUESTION],
      response_format: { type: 'json_object' },
    });
    expect(anyJson.choices[0]?.message.content).toBe('{}');
  });

  test('a schema goes to OpenAI as it is and to Anthropic as its output format; JSON without one is refused there', async () => {
    const format = {
      type: 'json_schema' as const,
      json_schema: { name: 'thing', strict: true, schema: ANSWER_SCHEMA },
    };
    const openai = await openTenant(stack, {
      type: 'openai',
      baseUrl: provider.baseUrl,
      apiKey: 'credential-of-tool-tests',
    });
    provider.play(answer(200, { choices: [] }));
    await openai.client.chat.completions.create({ model: openai.model, messages: [QUESTION], response_format: format });
    expect(jsonOf(provider.lastCall())['response_format']).toEqual(format);

    const anthropic = await openTenant(stack, {
      type: 'anthropic',
      baseUrl: provider.baseUrl,
      apiKey: 'credential-of-tool-tests',
      upstreamModel: 'claude-sonnet-4-5',
    });
    provider.play(
      answer(200, {
        type: 'message',
        content: [{ type: 'text', text: '{}' }],
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
    );
    await anthropic.client.chat.completions.create({
      model: anthropic.model,
      messages: [QUESTION],
      response_format: format,
    });
    expect(jsonOf(provider.lastCall())['output_config']).toEqual({
      format: { type: 'json_schema', schema: ANSWER_SCHEMA },
    });

    const calls = provider.calls.length;
    await expect(
      anthropic.client.chat.completions.create({
        model: anthropic.model,
        messages: [QUESTION],
        response_format: { type: 'json_object' },
      }),
    ).rejects.toMatchObject({ status: 400, code: 'unsupported_parameter', param: 'response_format' });
    expect(provider.calls.length).toBe(calls);
  });
});

describe('Anthropic’s Messages API', () => {
  test('gets system, images, limits, stops and tools in its own words', async () => {
    const tenant = await openTenant(stack, {
      type: 'anthropic',
      baseUrl: provider.baseUrl,
      apiKey: 'credential-of-tool-tests',
      upstreamModel: 'claude-sonnet-4-5',
    });
    provider.play(
      answer(200, {
        type: 'message',
        content: [{ type: 'text', text: 'A cat.' }],
        stop_reason: 'max_tokens',
        usage: { input_tokens: 9, output_tokens: 3, cache_read_input_tokens: 100, cache_creation_input_tokens: 50 },
      }),
    );
    const { data, response } = await tenant.client.chat.completions
      .create({
        model: tenant.model,
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,aGVsbG8=' } },
            ],
          },
        ],
        tools: [WEATHER],
        tool_choice: 'required',
        max_completion_tokens: 77,
        stop: ['END'],
        temperature: 0.5,
        user: 'user-1',
      })
      .withResponse();
    expect(jsonOf(provider.lastCall())).toEqual({
      model: 'claude-sonnet-4-5',
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGVsbG8=' } },
          ],
        },
      ],
      tools: [
        { name: 'weather', description: WEATHER.function.description, input_schema: WEATHER.function.parameters },
      ],
      tool_choice: { type: 'any' },
      max_tokens: 77,
      stop_sequences: ['END'],
      temperature: 0.5,
      metadata: { user_id: 'user-1' },
    });
    expect(data.choices[0]?.finish_reason).toBe('length');
    expect(data.usage).toMatchObject({
      prompt_tokens: 159,
      completion_tokens: 3,
      prompt_tokens_details: { cached_tokens: 100 },
    });
    const row = await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
    // 9 plain at 3,000, 100 read at 300, 50 written at 3,750 and 3 of output at 15,000 nano-USD.
    expect(row).toMatchObject({
      tokensInput: 159,
      tokensInputCached: 100,
      tokensInputCacheWrite: 50,
      costNanoUsd: '289500',
    });
  });
});
