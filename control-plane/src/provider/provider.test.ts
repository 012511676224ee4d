import { expect, test } from 'vitest';
import { providerDefinition } from './provider.definition.ts';

const apiKey = (secret: string) => ({ sealed: `sealed ${secret}` });
const put = (intent: { type: string; apiKey?: ReturnType<typeof apiKey>; baseUrl?: string }) =>
  ({ op: 'put', kind: 'provider', name: 'p', intent }) as const;

test('given a provider, when its secret is put again, then nothing happens', () => {
  const state = { spec: { type: 'openai', apiKey: apiKey('a') } };
  const decision = providerDefinition.decider.decide(put({ type: 'openai', apiKey: apiKey('a') }), state);
  expect(decision).toEqual({ kind: 'accepted', events: [] });
});

test('given a provider, when another field is put, then the update keeps the sealed secret', () => {
  const state = { spec: { type: 'openai', apiKey: apiKey('a') } };
  const baseUrl = 'http://127.0.0.1/v1';
  const decision = providerDefinition.decider.decide(put({ type: 'openai', baseUrl, apiKey: apiKey('a') }), state);
  expect(decision).toMatchObject({ events: [{ data: { baseUrl, apiKey: { sealed: 'sealed a' } } }] });
});

test('given a provider, when a new secret is put, then the new one is stored', () => {
  const state = { spec: { type: 'openai', apiKey: apiKey('a') } };
  const decision = providerDefinition.decider.decide(put({ type: 'openai', apiKey: apiKey('b') }), state);
  expect(decision).toMatchObject({ events: [{ type: 'ProviderUpdated', data: { apiKey: { sealed: 'sealed b' } } }] });
});

test.each([
  ['openai', {}, ['apiKey']],
  ['openai', { apiKey: apiKey('a') }, []],
  ['mock', {}, []],
  ['mock', { apiKey: apiKey('a') }, ['apiKey']],
  ['mock', { healthCheck: { path: '/' } }, ['healthCheck']],
  ['openai-compatible', {}, ['baseUrl']],
  ['openai-compatible', { baseUrl: 'http://127.0.0.1/v1' }, []],
])('a provider of type %s with %j has problems at %j', (type, fields, paths) => {
  const problems = providerDefinition.check('p', { type, ...fields }, () => undefined);
  expect(problems.map(({ path }) => path)).toEqual(paths);
});

test('what is shown of a provider has no sealed secret, but says that it changed', () => {
  const [old, next] = [apiKey('a'), apiKey('b')];
  const shown = providerDefinition.show({ type: 'openai', apiKey: next }, { type: 'openai', apiKey: old });
  expect(shown).toEqual({ type: 'openai', apiKey: { value: '(secret changed)' } });
  expect(providerDefinition.show({ type: 'openai', apiKey: old }, undefined)).toMatchObject({
    apiKey: { value: '(secret)' },
  });
});

test('nodes get the sealed secret', () => {
  const item = providerDefinition.toItem('p', { spec: { type: 'openai', apiKey: apiKey('a') } });
  expect(item).toEqual({ kind: 'provider', id: 'p', value: { type: 'openai', sealedApiKey: 'sealed a' } });
});

test('nodes get a health check with its durations in milliseconds, and defaults resolved', () => {
  const checkOf = (healthCheck: { path: string; interval?: string; timeout?: string }) =>
    providerDefinition.toItem('p', { spec: { type: 'openai', healthCheck } })?.value;
  expect(checkOf({ path: '/' })).toMatchObject({ healthCheck: { path: '/', intervalMs: 30_000, timeoutMs: 5_000 } });
  expect(checkOf({ path: '/', interval: '2s' })).toMatchObject({
    healthCheck: { intervalMs: 2_000, timeoutMs: 2_000 },
  });
  expect(checkOf({ path: '/', timeout: '1s' })).toMatchObject({
    healthCheck: { intervalMs: 30_000, timeoutMs: 1_000 },
  });
});
