import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chunkFrame, completion } from '../support/chunks.ts';
import { type Provider, type ProviderScript, startProvider } from '../support/provider.ts';
import { answer, flood, garbage, hang, raw, reset, stream, streamInTwo, thenEnd } from '../support/provider-scripts.ts';
import { failureOf } from '../support/sdk-failure.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, type Tenant } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const API_KEY = 'credential.of.fault.tests.0123456789';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

const stack = connectStack(inject('stack'));
let provider: Provider;
let tenant: Tenant;

beforeAll(async () => {
  provider = await startProvider();
  tenant = await openTenant(stack, { type: 'openai', baseUrl: provider.baseUrl, apiKey: API_KEY, timeout: '1s' });
});
afterAll(() => provider.close());

const ask = (client = tenant.client, model = tenant.model) =>
  client.chat.completions.create({ model, messages: MESSAGES });

async function readStream(): Promise<string> {
  let text = '';
  const chunks = await tenant.client.chat.completions.create({ model: tenant.model, messages: MESSAGES, stream: true });
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

type Fault = {
  readonly what: string;
  readonly script: ProviderScript;
  readonly status: number;
  readonly code: string;
  readonly cause: string;
};

const HTML = answer(200, '<html><body>Bad gateway</body></html>', { 'content-type': 'text/html' });

const FAULTS: readonly Fault[] = [
  {
    what: 'a reset before the answer',
    script: reset,
    status: 502,
    code: 'upstream_connection_reset',
    cause: 'upstream_error',
  },
  { what: 'no answer in time', script: hang, status: 504, code: 'upstream_timeout', cause: 'upstream_timeout' },
  { what: 'no HTTP', script: garbage, status: 502, code: 'upstream_invalid_response', cause: 'upstream_error' },
  {
    what: 'HTML with status 200',
    script: HTML,
    status: 502,
    code: 'upstream_invalid_response',
    cause: 'upstream_error',
  },
  {
    what: 'a redirect',
    script: answer(302, '', { location: 'http://127.0.0.1:1/' }),
    status: 502,
    code: 'upstream_invalid_response',
    cause: 'upstream_error',
  },
  {
    what: 'broken JSON',
    script: answer(200, '{"choices": ['),
    status: 502,
    code: 'upstream_invalid_response',
    cause: 'upstream_error',
  },
  {
    what: 'a body shorter than it says',
    script: raw('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"choices":['),
    status: 502,
    code: 'upstream_connection_reset',
    cause: 'upstream_error',
  },
  {
    what: 'headers without end',
    script: raw(`HTTP/1.1 200 OK\r\n${'x-filler: y\r\n'.repeat(20_000)}\r\n`),
    status: 502,
    code: 'upstream_invalid_response',
    cause: 'upstream_error',
  },
];

describe('a fault of the provider is an error in OpenAI’s shape and a row with its cause', () => {
  test.each(
    FAULTS.flatMap((fault) => [
      { ...fault, isStream: false },
      { ...fault, isStream: true },
    ]),
  )('$what: $status $code (stream: $isStream)', async ({ script, status, code, cause, isStream }) => {
    provider.play(script);
    const error = await failureOf(
      tenant.client.chat.completions.create({ model: tenant.model, messages: MESSAGES, stream: isStream }),
    );
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({ status, code, type: 'upstream_error' });
    const row = await stack.waitForRecord(error.headers?.get('x-tollgate-request-id'));
    expect(row).toMatchObject({ cause, status, errorCode: code, stream: isStream, costNanoUsd: '0' });
  });

  test('nobody listens: 502 upstream_refused_connection', async () => {
    const gone = await startProvider();
    await gone.close();
    const refused = await openTenant(stack, { type: 'vllm', baseUrl: gone.baseUrl });
    const error = await failureOf(ask(refused.client, refused.model));
    expect(error).toMatchObject({ status: 502, code: 'upstream_refused_connection' });
    expect(await stack.waitForRecord(error.headers?.get('x-tollgate-request-id'))).toMatchObject({
      cause: 'upstream_error',
    });
  });

  const begun = Buffer.concat([chunkFrame('Hel'), chunkFrame('lo')]);
  test.each([
    ['a reset', reset, 'upstream_stream_broken'],
    ['an end without [DONE] or a finish reason', thenEnd(''), 'upstream_stream_broken'],
    ['silence', hang, 'upstream_timeout'],
    [
      'an error event',
      thenEnd('data: {"error":{"message":"Overloaded","type":"overloaded_error"}}\n\n'),
      'upstream_error',
    ],
    [
      `an error event with our credential`,
      thenEnd(`data: {"error":{"message":"bad ${API_KEY}"}}\n\n`),
      'upstream_error',
    ],
    ['an event that is not JSON', thenEnd('data: oops\n\ndata: [DONE]\n\n'), 'upstream_error'],
    ['an event without end', thenEnd(`data: ${'x'.repeat(2_000_000)}`), 'upstream_error'],
  ])('%s in the middle of a stream ends it with an error event that the SDK raises', async (_what, rest, cause) => {
    const { script, release } = streamInTwo(begun, rest);
    provider.play(script);
    const { data, response } = await tenant.client.chat.completions
      .create({ model: tenant.model, messages: MESSAGES, stream: true })
      .withResponse();
    let text = '';
    const error = await failureOf(
      (async () => {
        for await (const chunk of data) {
          text += chunk.choices[0]?.delta.content ?? '';
          if (text === 'Hello') release();
        }
      })(),
    );
    expect(text).toBe('Hello');
    expect(error.error).toMatchObject({ message: expect.any(String), type: expect.any(String) });
    expect(JSON.stringify(error.error)).not.toContain(API_KEY);
    const row = await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
    expect(row).toMatchObject({ cause, usageSource: 'estimated', tokensOutput: 2 });
  });

  test('a provider that goes on after its last word is cut off', async () => {
    provider.play(flood(Buffer.concat([chunkFrame('Hello', 'stop'), Buffer.from('data: [DONE]\n\n')])));
    const calls = provider.calls.length;
    expect(await readStream()).toBe('Hello');
    await waitFor('the provider to be cut off', () => provider.calls[calls]?.isAborted);
  });

  test('a provider that lets its connections go behind each answer fails no call, and is asked nothing twice', async () => {
    provider.play((response) => {
      const { socket } = response;
      response.end(JSON.stringify(completion('fine')));
      setImmediate(() => socket?.end());
    });
    const calls = provider.calls.length;
    for (let index = 0; index < 100; index += 1) expect((await ask()).choices[0]?.message.content).toBe('fine');
    expect(provider.calls.length - calls).toBe(100);
  });

  test('a stream whose finish reason came is complete without [DONE]', async () => {
    provider.play(stream(Buffer.concat([begun, chunkFrame('', 'stop')])));
    expect(await readStream()).toBe('Hello');
  });
});

describe('numbers and statuses that make no sense do not stop the usage of others', () => {
  test.each([
    [
      'status 999',
      raw('HTTP/1.1 999 Odd\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}'),
    ],
    [
      'status 600',
      raw('HTTP/1.1 600 Odd\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}'),
    ],
    [
      'negative tokens',
      answer(200, completion('x', { prompt_tokens: -5, completion_tokens: 1.5, total_tokens: null })),
    ],
    [
      'tokens without measure',
      answer(
        200,
        completion('x', {
          prompt_tokens: Number.MAX_SAFE_INTEGER,
          completion_tokens: Number.MAX_SAFE_INTEGER,
          total_tokens: 1e300,
        }),
      ),
    ],
    ['usage that is a text', answer(200, { ...completion('x'), usage: 'a lot' })],
  ])('%s', async (_what, script) => {
    provider.play(script);
    await ask().catch(() => {});
    provider.play(answer(200, completion('fine')));
    const { response } = await ask().withResponse();
    expect(await stack.waitForRecord(response.headers.get('x-tollgate-request-id'))).toMatchObject({
      cause: 'completed',
    });
    const rows = await stack.usageRequests({ keys: [tenant.keyName] });
    expect(rows[1]?.seq).toBe((rows[0]?.seq ?? 0) - 1);
  });
});
