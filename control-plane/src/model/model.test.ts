import type { ModelSpec } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { FindSpec } from '../aggregate/entity-definition.ts';
import { modelDefinition } from './model.definition.ts';

const providers: Record<string, { type: string }> = { demo: { type: 'mock' }, real: { type: 'openai' } };
const models: Record<string, ModelSpec> = {};
const find = ((kind: string, name: string) => (kind === 'model' ? models : providers)[name]) as FindSpec;
const pathsOf = (name: string, spec: ModelSpec) => modelDefinition.check(name, spec, find).map(({ path }) => path);

test('mock behaviour is for deployments of a mock provider only', () => {
  const mock = { tokens: 3 };
  const deployments = [
    { provider: 'demo', model: 'a', mock },
    { provider: 'real', model: 'b', mock },
  ];
  expect(pathsOf('m', { deployments })).toEqual(['deployments[1].mock']);
});

test('a * in a deployment needs a model whose own name ends in one', () => {
  const deployments = [{ provider: 'real', model: '*' }];
  expect(pathsOf('m', { deployments })).toEqual(['deployments[0].model']);
  expect(pathsOf('openai/*', { deployments })).toEqual([]);
  expect(pathsOf('*', { deployments })).toEqual([]);
});

test('nodes get every default resolved: name, weight and the timeout in milliseconds', () => {
  const spec: ModelSpec = { deployments: [{ provider: 'real', model: 'gpt' }], routing: { timeout: '5m' } };
  expect(modelDefinition.toItem('m', { spec })).toEqual({
    kind: 'model',
    id: 'm',
    value: { deployments: [{ name: 'real/gpt', provider: 'real', model: 'gpt', weight: 1 }], timeoutMs: 300_000 },
  });
});

test('nodes get routing with its durations in milliseconds, and fallbacks as they are', () => {
  const spec: ModelSpec = {
    deployments: [{ provider: 'real', model: 'gpt', order: 2, contextTokens: 8_000, tokenizer: 'cl100k_base' }],
    routing: { retries: 2, backoff: { initial: '100ms' }, timeouts: { firstToken: '5s', total: '2m' } },
    fallbacks: ['other'],
    budgetFallbacks: ['cheap'],
    budgetFallbackAtPercent: 75,
  };
  expect(modelDefinition.toItem('m', { spec })?.value).toEqual({
    deployments: [
      {
        name: 'real/gpt',
        provider: 'real',
        model: 'gpt',
        weight: 1,
        order: 2,
        contextTokens: 8_000,
        tokenizer: 'cl100k_base',
      },
    ],
    routing: { retries: 2, backoff: { initialMs: 100 }, timeouts: { firstTokenMs: 5_000, totalMs: 120_000 } },
    fallbacks: ['other'],
    budgetFallbacks: ['cheap'],
    budgetFallbackAtPercent: 75,
  });
  const hedged = modelDefinition.toItem('m', { spec: { ...spec, routing: { hedgeAfter: '100ms' } } });
  expect(hedged?.value).toMatchObject({ routing: { hedgeAfterMs: 100 } });
});

test('fallbacks that lead back are refused with the way they take; a circle that is only led into is not', () => {
  const deployments = [{ provider: 'real', model: 'x' }];
  const chain = (...fallbacks: string[]): ModelSpec => ({ deployments, fallbacks });
  Object.assign(models, { a: chain('b', 'd'), b: chain('c'), c: chain('a'), d: { deployments }, e: chain('a') });
  expect(modelDefinition.check('a', chain('d', 'b'), find)).toEqual([
    { path: 'fallbacks[1]', message: 'goes in a circle: a → b → c → a' },
  ]);
  expect(pathsOf('e', chain('a'))).toEqual([]);
  expect(pathsOf('x', chain('x'))).toEqual(['fallbacks[0]']);
});

test('a mirror is another model of a fixed name', () => {
  const deployments = [{ provider: 'real', model: 'x' }];
  const mirrored = (model: string): ModelSpec => ({ deployments, mirror: { model, percent: 10 } });
  expect(pathsOf('a', mirrored('a'))).toEqual(['mirror.model']);
  expect(pathsOf('a', mirrored('b/*'))).toEqual(['mirror.model']);
  expect(pathsOf('a', mirrored('b'))).toEqual([]);
  expect(modelDefinition.toItem('a', { spec: mirrored('b') })?.value).toMatchObject({
    mirror: { model: 'b', percent: 10 },
  });
});

test('circles are those of one kind of fallback', () => {
  const deployments = [{ provider: 'real', model: 'x' }];
  Object.assign(models, { large: { deployments, fallbacks: ['small'], contextFallbacks: ['huge'] } });
  Object.assign(models, { huge: { deployments, contextFallbacks: ['small'] } });
  expect(pathsOf('small', { deployments, contextFallbacks: ['large'] })).toEqual(['contextFallbacks[0]']);
  expect(pathsOf('small', { deployments, contentPolicyFallbacks: ['large'] })).toEqual([]);
  Object.assign(models, { dear: { deployments, budgetFallbacks: ['cheap'] } });
  expect(pathsOf('cheap', { deployments, budgetFallbacks: ['dear'] })).toEqual(['budgetFallbacks[0]']);
});

test('a wildcard is no fallback, as a request could not ask for it', () => {
  const spec: ModelSpec = { deployments: [{ provider: 'real', model: 'x' }], fallbacks: ['openai/*'] };
  expect(pathsOf('m', spec)).toEqual(['fallbacks[0]']);
});
