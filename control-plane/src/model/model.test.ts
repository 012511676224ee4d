import type { ModelSpec } from '@tollgate/schema';
import { expect, test } from 'vitest';
import type { FindSpec } from '../aggregate/entity-definition.ts';
import { modelDefinition } from './model.definition.ts';

const providers: Record<string, { type: string }> = { demo: { type: 'mock' }, real: { type: 'openai' } };
const find = ((_kind: string, name: string) => providers[name]) as FindSpec;
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
