import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chunkFrame, completion, DONE } from '../support/chunks.ts';
import { expectedCostNanoUsd } from '../support/prices.ts';
import { jsonOf, type Provider, startProvider } from '../support/provider.ts';
import { answer, stream, streamInTwo, thenEnd } from '../support/provider-scripts.ts';
import { anthropicStream, mayReadRecordings, openaiStream, recordedBody } from '../support/recordings.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, type Tenant } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const API_KEY = 'provider-credential-of-chat-tests';
const QUESTION = [{ role: 'user' as const, content: 'Invent a new holiday.' }];
const OPENAI = 'openai/chat/openai-text';
const ANTHROPIC = 'anthropic/anthropic-text';

type Recorded = { readonly type: string; readonly upstreamModel: string; readonly recording: string };

const PROVIDERS: readonly Recorded[] = [
  { type: 'openai', upstreamModel: 'gpt-4o-mini', recording: OPENAI },
  { type: 'openai-compatible', upstreamModel: 'some-model', recording: OPENAI },
  { type: 'vllm', upstreamModel: 'some-model', recording: OPENAI },
  { type: 'ollama', upstreamModel: 'some-model', recording: OPENAI },
  { type: 'anthropic', upstreamModel: 'claude-sonnet-4-5', recording: ANTHROPIC },
];

/** What the recordings say of themselves: tokens, and how their text begins. */
const SAID = {
  [OPENAI]: { whole: [16, 363], streamed: [16, 300], begins: '**Holiday Name:' },
  [ANTHROPIC]: { whole: [12, 29], streamed: [12, 30], begins: "Hello! I'm doing well" },
} as const;

const stack = connectStack(inject('stack'));
let provider: Provider;

beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

async function expectRecord(requestId: string | null | undefined, tenant: Tenant, tokens: readonly [number, number]) {
  const row = await stack.waitForRecord(requestId);
  expect(row).toMatchObject({
    cause: 'completed',
    status: 200,
    errorCode: null,
    attempts: 1,
    key: tenant.keyName,
    model: tenant.model,
    provider: tenant.providerName,
    revision: tenant.revision,
    tags: ['e2e'],
    usageSource: 'provider',
    tokensInput: tokens[0],
    tokensOutput: tokens[1],
  });
  expect(row.costNanoUsd).toBe(expectedCostNanoUsd(row));
  expect(row.timeToFirstTokenUs).toBeGreaterThan(0);
  expect(row.totalUs).toBeGreaterThanOrEqual(row.overheadUs);
  return row;
}

describe.skipIf(!mayReadRecordings).each(PROVIDERS)('a $type provider', ({ type, upstreamModel, recording }) => {
  const said = SAID[recording as keyof typeof SAID];
  const isAnthropic = type === 'anthropic';
  let tenant: Tenant;

  /** The whole of a short recording; of a long one the last events, as a hundred thousand single bytes take their time. */
  function recordedEnd(): Buffer {
    if (isAnthropic) return anthropicStream(recording);
    const bytes = openaiStream(recording).subarray(-20_000);
    return bytes.subarray(bytes.indexOf('\n\n') + 2);
  }

  beforeAll(async () => {
    tenant = await openTenant(stack, { type, baseUrl: provider.baseUrl, apiKey: API_KEY, upstreamModel });
  });

  test('answers the SDK with what it answered, and the answer is one priced row under its revision', async () => {
    provider.play(answer(200, recordedBody(recording)));
    const { data, response } = await tenant.client.chat.completions
      .create({ model: tenant.model, messages: QUESTION })
      .withResponse();
    expect(data.choices[0]?.message.content).toMatch(new RegExp(`^${said.begins.replaceAll('*', '\\*')}`));
    expect(data.choices[0]?.finish_reason).toBe('stop');
    expect([data.usage?.prompt_tokens, data.usage?.completion_tokens]).toEqual(said.whole);
    expect(response.headers.get('x-tollgate-revision')).toBe(String(tenant.revision));
    expect(response.headers.get('x-tollgate-model')).toBe(tenant.model);
    const row = await expectRecord(response.headers.get('x-tollgate-request-id'), tenant, said.whole);
    expect(row.stream).toBe(false);
    const costUsd = response.headers.get('x-tollgate-cost-usd');
    if (row.costNanoUsd === null) expect(costUsd).toBeNull();
    else expect(Number(costUsd) * 1e9).toBeCloseTo(Number(row.costNanoUsd), 3);
  });

  test('is called at its own path, with its own credential and model name', () => {
    const call = provider.lastCall();
    expect(call.path).toBe(isAnthropic ? '/v1/messages' : '/v1/chat/completions');
    expect(jsonOf(call)['model']).toBe(upstreamModel);
    if (isAnthropic) expect(call.headers).toMatchObject({ 'x-api-key': API_KEY, 'anthropic-version': '2023-06-01' });
    else expect(call.headers.authorization).toBe(`Bearer ${API_KEY}`);
    expect(JSON.stringify(call.rawHeaders)).not.toContain(tenant.secret);
  });

  test.each([
    ['whole', undefined],
    ['one byte at a time', [1]],
    ['cut at odd places', [7, 1, 1, 64, 3, 211, 2]],
  ])(
    'streams to the SDK, its bytes coming %s; usage is recorded and hidden from who did not ask',
    async (_how, cutEvery) => {
      provider.play(stream(recordedEnd(), cutEvery === undefined ? {} : { cutEvery }));
      const { data, response } = await tenant.client.chat.completions
        .create({ model: tenant.model, messages: QUESTION, stream: true })
        .withResponse();
      let text = '';
      let finishReason: string | null | undefined;
      for await (const chunk of data) {
        expect(chunk.usage ?? null).toBeNull();
        text += chunk.choices[0]?.delta.content ?? '';
        finishReason = chunk.choices[0]?.finish_reason ?? finishReason;
      }
      expect(finishReason).toBe('stop');
      expect(text.length).toBeGreaterThan(20);
      const row = await expectRecord(response.headers.get('x-tollgate-request-id'), tenant, said.streamed);
      expect(row.stream).toBe(true);
      if (!isAnthropic) expect(jsonOf(provider.lastCall())['stream_options']).toEqual({ include_usage: true });
    },
  );

  test('shows usage in the stream to who asked for it', async () => {
    provider.play(stream(isAnthropic ? anthropicStream(recording) : openaiStream(recording)));
    const chunks = await tenant.client.chat.completions.create({
      model: tenant.model,
      messages: QUESTION,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let last: unknown;
    for await (const chunk of chunks) {
      text += chunk.choices[0]?.delta.content ?? '';
      last = chunk;
    }
    expect(text.startsWith(said.begins)).toBe(true);
    const [prompt, completion] = said.streamed;
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion } });
  });
});

describe('the built-in mock', () => {
  test('answers whole and streamed alike, and both are priced rows', async () => {
    const tenant = await openTenant(stack, { type: 'mock', mock: { text: 'one two three', tokens: 5 } });
    const whole = await tenant.client.chat.completions
      .create({ model: tenant.model, messages: QUESTION })
      .withResponse();
    expect(whole.data.choices[0]?.message.content).toBe('one two three one two');
    await expectRecord(whole.response.headers.get('x-tollgate-request-id'), tenant, [4, 5]);

    const streamed = await tenant.client.chat.completions
      .create({ model: tenant.model, messages: QUESTION, stream: true })
      .withResponse();
    let text = '';
    for await (const chunk of streamed.data) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('one two three one two');
    await expectRecord(streamed.response.headers.get('x-tollgate-request-id'), tenant, [4, 5]);
  });
});

describe('a provider that is slow', () => {
  /** Longer than any time after which the server at the edge lets an idle connection go. */
  const PAUSE_MS = 17_000;

  test('before its first byte, or between two, is waited for', { timeout: 60_000 }, async () => {
    const tenant = await openTenant(stack, { type: 'vllm', baseUrl: provider.baseUrl });
    const ask = { model: tenant.model, messages: QUESTION };
    provider.play(async (response) => {
      await delay(PAUSE_MS);
      response.end(JSON.stringify(completion('late')));
    });
    const calls = provider.calls.length;
    const late = tenant.client.chat.completions.create(ask).then(({ choices }) => choices[0]?.message.content);
    await waitFor('the first call', () => provider.calls.length > calls);

    const { script, release } = streamInTwo(
      chunkFrame('slow'),
      thenEnd(Buffer.concat([chunkFrame('ly', 'stop'), DONE])),
    );
    provider.play(script);
    setTimeout(release, PAUSE_MS);
    let text = '';
    for await (const chunk of await tenant.client.chat.completions.create({ ...ask, stream: true }))
      text += chunk.choices[0]?.delta.content ?? '';
    expect([text, await late]).toEqual(['slowly', 'late']);
  });
});

describe('the list of models', () => {
  test('holds what the key may ask for, through the SDK', async () => {
    const tenant = await openTenant(stack, { type: 'mock' });
    const ids = [];
    for await (const { id, object } of tenant.client.models.list()) {
      expect(object).toBe('model');
      ids.push(id);
    }
    expect(ids).toContain(tenant.model);
    expect(await tenant.client.models.retrieve(tenant.model)).toMatchObject({ id: tenant.model, object: 'model' });
  });
});
