import { expect, test } from 'vitest';
import { providerDefinition } from '../provider/provider.definition.ts';
import type { PutCommand } from './command.ts';

const { decide } = providerDefinition.decider;
const KEEP = { stored: true };
const apiKey = { sealed: 'sealed', ref: { env: 'KEY' } };

const put = (intent: object) =>
  ({ op: 'put', kind: 'provider', name: 'p', intent }) as unknown as PutCommand<'provider'>;

test('given a provider with a secret, when it is put to keep it, then it has the one that is stored', () => {
  const state = { spec: { type: 'openai', apiKey } };
  expect(decide(put({ type: 'openai', apiKey: KEEP }), state)).toEqual({ kind: 'accepted', events: [] });
  expect(decide(put({ type: 'openai', baseUrl: 'http://x', apiKey: KEEP }), state)).toEqual({
    kind: 'accepted',
    events: [{ type: 'ProviderUpdated', data: { type: 'openai', baseUrl: 'http://x', apiKey } }],
  });
});

test('given no stored secret, when one is to be kept, then it is refused with what would be right', () => {
  for (const state of [undefined, { spec: { type: 'openai' } }])
    expect(decide(put({ type: 'openai', apiKey: KEEP }), state)).toMatchObject({
      kind: 'refused',
      code: 'invalid_declaration',
      message: 'apiKey: there is no stored secret to keep; say where it is read from',
    });
});

test('given a provider with a secret, when it is put without one, then it has none', () => {
  expect(decide(put({ type: 'ollama' }), { spec: { type: 'ollama', apiKey } })).toMatchObject({
    events: [{ data: { type: 'ollama' } }],
  });
});
