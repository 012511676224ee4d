import { parseDurationMs, parseMoney } from '@tollgate/schema';
import { defineEntity } from '../aggregate/entity-definition.ts';

export const passThroughEndpointDefinition = defineEntity('pass-through-endpoint', {
  toItem: (id, { spec }) => ({
    kind: 'pass-through-endpoint',
    id,
    value: {
      target: spec.target,
      provider: spec.provider,
      sealedApiKey: spec.apiKey?.sealed,
      apiKeyHeader: spec.apiKeyHeader,
      headers: spec.headers,
      methods: spec.methods,
      includeSubpaths: spec.includeSubpaths,
      timeoutMs: spec.timeout === undefined ? undefined : parseDurationMs(spec.timeout),
      pricePerRequestNanoUsd: spec.pricePerRequest === undefined ? undefined : parseMoney(spec.pricePerRequest),
    },
  }),
});
