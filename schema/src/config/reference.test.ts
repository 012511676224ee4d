import { expect, test } from 'vitest';
import { notEnforcedIn, personalFields, referencesIn, secretFields } from './kind-fields.ts';

const pathsOf = (references: readonly { path: string; kind: string; name: string }[]) =>
  references.map(({ path, kind, name }) => `${path} ${kind}:${name}`);

test('references are found wherever they stand, with their paths', () => {
  const deployments = [
    { provider: 'a', model: 'x' },
    { provider: 'b', model: 'y' },
  ];
  expect(pathsOf(referencesIn('model', { deployments }))).toEqual([
    'deployments[0].provider provider:a',
    'deployments[1].provider provider:b',
  ]);
  const scope = { team: 'search' };
  expect(pathsOf(referencesIn('budget', { scope, limit: '1 USD', window: 'day' }))).toEqual(['scope.team team:search']);
});

test('a tenant that an entity belongs to is its parent; others that it refers to are not', () => {
  const secret = { sha256: 'a'.repeat(64) };
  const references = referencesIn('virtual-key', { team: 't', user: 'u', customer: 'c', secret });
  expect(references.filter(({ parent }) => parent).map(({ kind }) => kind)).toEqual(['team']);
});

test('a list of models mentions models and aliases, which need not exist; wildcards are no names', () => {
  const references = referencesIn('team', { models: ['gpt', 'openai/*', '*'] });
  expect(references).toEqual([
    { kind: 'model', name: 'gpt', path: 'models[0]', parent: false, soft: true },
    { kind: 'alias', name: 'gpt', path: 'models[0]', parent: false, soft: true },
  ]);
});

test('the values of a map are found by their names', () => {
  expect(pathsOf(referencesIn('team', { routing: { models: { 'gpt-4.1': 'own', fast: 'mini' } } }))).toEqual([
    'routing.models.gpt-4.1 model:own',
    'routing.models.gpt-4.1 alias:own',
    'routing.models.fast model:mini',
    'routing.models.fast alias:mini',
  ]);
});

test('which fields are secret or personal is read from the marks', () => {
  expect(secretFields('provider')).toEqual([{ field: 'apiKey', as: 'sealed' }]);
  expect(secretFields('virtual-key')).toEqual([{ field: 'secret', as: 'hashed' }]);
  expect(secretFields('webhook')).toEqual([{ field: 'secret', as: 'sealed' }]);
  expect(personalFields('user')).toEqual(['email', 'displayName']);
  expect(secretFields('team')).toEqual([]);
});

test('a kind that is only stored is named as a whole', () => {
  expect(notEnforcedIn('webhook', { url: 'https://example.com' })).toEqual(['*']);
  expect(notEnforcedIn('team', { budgets: [{ limit: '1 USD', window: 'day' }], models: [] })).toEqual([]);
});
