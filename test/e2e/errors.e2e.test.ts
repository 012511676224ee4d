import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer, stream } from '../support/provider-scripts.ts';
import { failureOf } from '../support/sdk-failure.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, putProvider, sdkClient, type Tenant, uniqueName } from '../support/tenant.ts';

const API_KEY = 'credential.of.error.tests.0123456789';
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

describe('a request that the gateway refuses raises the SDK’s error for it', () => {
  test('an unknown key: AuthenticationError', async () => {
    const error = await failureOf(ask(sdkClient(stack.gatewayUrl, 'sk-tg-nobody-has-this-key')));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'authentication_error' });
  });

  test('an expired key: AuthenticationError', async () => {
    const name = uniqueName('expired');
    const { issuedSecrets } = await stack.commit([putKey(name, { expiresAt: '2020-01-01T00:00:00Z' })]);
    const error = await failureOf(ask(sdkClient(stack.gatewayUrl, issuedSecrets[0]?.secret ?? '')));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error.code).toBe('api_key_expired');
  });

  test('a model that the key, or its team, may not use: PermissionDeniedError', async () => {
    const [team, byKey, byTeam] = [uniqueName('team'), uniqueName('narrow'), uniqueName('member')];
    const { issuedSecrets } = await stack.commit([
      { putTeam: { name: team, spec: { models: ['other/*'] } } },
      putKey(byKey, { models: ['other'] }),
      putKey(byTeam, { team }),
    ]);
    expect(issuedSecrets).toHaveLength(2);
    for (const { secret } of issuedSecrets) {
      const error = await failureOf(ask(sdkClient(stack.gatewayUrl, secret)));
      expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError);
      expect(error).toMatchObject({ status: 403, code: 'model_not_allowed', param: 'model' });
    }
  });

  test('a model that nobody declared: NotFoundError', async () => {
    const error = await failureOf(ask(tenant.client, 'no-such-model'));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    expect(await failureOf(tenant.client.models.retrieve('no-such-model'))).toBeInstanceOf(OpenAI.NotFoundError);
  });

  test('a wrong field: BadRequestError with the path of the field', async () => {
    const messages = [...MESSAGES, { role: 'user', content: 5 }] as never;
    const error = await failureOf(tenant.client.chat.completions.create({ model: tenant.model, messages }));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ status: 400, code: 'invalid_request', param: 'messages[1].content' });
  });

  test('a prompt beyond any context window: BadRequestError with the code that OpenAI gives it', async () => {
    const model = uniqueName('small');
    const deployments = [{ provider: tenant.providerName, model: 'gpt-4o-mini', contextTokens: 100 }];
    await stack.commit([putModel(model, { deployments })]);
    const messages = [{ role: 'user' as const, content: 'long '.repeat(1_000) }];
    const error = await failureOf(tenant.client.chat.completions.create({ model, messages }));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' });
  });

  test('none of them is called upstream or makes a row', async () => {
    expect(provider.calls).toHaveLength(0);
    expect(await stack.usageRequests({ keys: [tenant.keyName] })).toEqual([]);
  });
});

describe('what the provider answers', () => {
  const limited = answer(
    429,
    { error: { message: 'Slow down', type: 'tokens', param: null, code: 'rate_limit_exceeded' } },
    { 'retry-after': '7' },
  );

  test.each([false, true])(
    'a 429 keeps its message, code and retry-after: RateLimitError (stream: %s)',
    async (isStream) => {
      provider.play(limited);
      const error = await failureOf(
        tenant.client.chat.completions.create({ model: tenant.model, messages: MESSAGES, stream: isStream }),
      );
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
      expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'tokens' });
      expect(error.message).toContain('Slow down');
      expect(error.headers?.get('retry-after')).toBe('7');
      const row = await stack.waitForRecord(error.headers?.get('x-tollgate-request-id'));
      expect(row).toMatchObject({ cause: 'upstream_error', status: 429, costNanoUsd: '0', usageSource: 'none' });
    },
  );

  test.each([
    [400, OpenAI.BadRequestError],
    [404, OpenAI.NotFoundError],
    [409, OpenAI.ConflictError],
    [422, OpenAI.UnprocessableEntityError],
    [500, OpenAI.InternalServerError],
    [503, OpenAI.InternalServerError],
  ])('a %i stays a %i for the SDK', async (status, errorClass) => {
    provider.play(
      answer(status, { error: { message: 'Because', type: 'some_type', param: 'seed', code: 'some_code' } }),
    );
    const error = await failureOf(ask());
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ status, code: 'some_code', param: 'seed', type: 'some_type' });
    expect((await stack.waitForRecord(error.headers?.get('x-tollgate-request-id'))).status).toBe(status);
  });

  test.each([false, true])(
    'a 401 that repeats our credential does not reach the client with it (stream: %s)',
    async (isStream) => {
      provider.play(
        answer(401, { error: { message: `Incorrect API key provided: ${API_KEY}.`, code: API_KEY, type: 'x' } }),
      );
      const error = await failureOf(
        tenant.client.chat.completions.create({ model: tenant.model, messages: MESSAGES, stream: isStream }),
      );
      expect(error.status).toBe(401);
      expect(JSON.stringify([error.message, error.error, [...(error.headers ?? [])]])).not.toContain(API_KEY);
    },
  );

  test('an error event that comes first is a plain error, and has our credential no more', async () => {
    provider.play(stream(Buffer.from(`data: {"error":{"message":"bad ${API_KEY}"}}\n\n`)));
    const error = await failureOf(readStream());
    expect(error.status).toBe(502);
    expect(error.message).toContain('bad');
    expect(error.message).not.toContain(API_KEY);
  });
});

describe('a configuration that no node could serve is refused when it is committed', () => {
  test('a provider without an address, and a model of a provider that does not exist', async () => {
    await expect(stack.commit([putProvider(uniqueName('nowhere'), { type: 'openai-compatible' })])).rejects.toThrow(
      'baseUrl',
    );
    await expect(
      stack.commit([putModel(uniqueName('lost'), { deployments: [{ provider: 'nobody', model: 'm' }] })]),
    ).rejects.toThrow('unknown_reference');
  });
});
