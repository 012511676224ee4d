import { expect, test } from 'vitest';
import type { Entity } from '../aggregate/entity.ts';
import { toDeclaration } from './to-declaration.ts';

const declare = (kind: Entity['kind'], spec: object) =>
  JSON.parse(JSON.stringify(toDeclaration({ kind, state: { spec } as Entity['state'] }, () => 'opened')));

test('a secret is declared by the place that it was read from', () => {
  const apiKey = { sealed: 'x', ref: { env: 'KEY' } };
  expect(declare('provider', { type: 'openai', apiKey })).toEqual({ type: 'openai', apiKey: { env: 'KEY' } });
  expect(declare('virtual-key', { secret: { sha256: 'x', ref: { file: 'k' } } })).toEqual({ secret: { file: 'k' } });
});

test('a secret without a place stays as it is stored: never its seal, never its hash', () => {
  const apiKey = { sealed: 'x' };
  expect(declare('provider', { type: 'openai', apiKey })).toEqual({ type: 'openai', apiKey: { stored: true } });
  expect(declare('virtual-key', { team: 't', secret: { sha256: 'x' } })).toEqual({ team: 't' });
});

test('what was not declared is not made up', () => {
  expect(declare('provider', { type: 'mock' })).toEqual({ type: 'mock' });
});
