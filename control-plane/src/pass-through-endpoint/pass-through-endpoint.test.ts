import { snapshotItem } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { passThroughEndpointDefinition } from './pass-through-endpoint.definition.ts';

test('nodes get the sealed credential and what they count with', () => {
  const spec = {
    target: 'https://example.com',
    apiKey: { sealed: 'v2.1.x', ref: { env: 'KEY' } },
    timeout: '30s',
    pricePerRequest: '0.01 USD',
  };
  const item = passThroughEndpointDefinition.toItem('/x', { spec });
  const parsed = snapshotItem.parse(JSON.parse(JSON.stringify(item)));
  expect(parsed).toEqual({
    kind: 'pass-through-endpoint',
    id: '/x',
    value: {
      target: 'https://example.com',
      sealedApiKey: 'v2.1.x',
      timeoutMs: 30_000,
      pricePerRequestNanoUsd: 10_000_000,
    },
  });
});
