import { expect, test } from 'vitest';
import { diffFields } from './diff-fields.ts';

test('fields are compared as deep as both sides have the same shape', () => {
  const before = { routing: { timeout: '5s', strategy: 'weighted' }, deployments: [{ weight: 1 }, { weight: 2 }] };
  const after = { routing: { timeout: '9s', strategy: 'weighted' }, deployments: [{ weight: 1 }, { weight: 3 }] };
  expect(diffFields(before, after)).toEqual([
    { path: 'deployments[1].weight', before: '2', after: '3' },
    { path: 'routing.timeout', before: '"5s"', after: '"9s"' },
  ]);
});

test('lists of texts, and lists of different length, change as a whole', () => {
  expect(diffFields({ models: ['a'] }, { models: ['b'] })).toEqual([
    { path: 'models', before: '["a"]', after: '["b"]' },
  ]);
  expect(diffFields({ deployments: [{}] }, { deployments: [{}, {}] })).toEqual([
    { path: 'deployments', before: '[{}]', after: '[{},{}]' },
  ]);
});

test('what is unset is null, so that a creation has no before and a deletion no after', () => {
  expect(diffFields(undefined, { a: 1 })).toEqual([{ path: 'a', before: null, after: '1' }]);
  expect(diffFields({ a: { b: 1 } }, undefined)).toEqual([{ path: 'a', before: '{"b":1}', after: null }]);
  expect(diffFields({ a: 1 }, { a: 1 })).toEqual([]);
});
