import { z } from 'zod';

/** How the credential travels to the provider. */
const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bearer') }),
  z.strictObject({ kind: z.literal('header'), header: z.string().regex(/^[a-z0-9-]+$/) }),
  z.strictObject({ kind: z.literal('none') }),
]);

/**
 * A provider as data: everything in which it differs from the others that speak its dialect.
 * Rows are JSON without functions, so that they can be served, compared and reloaded like any other configuration.
 */
export const providerRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  docs: z.url(),
  /** The day on which the facts of this row were last compared with `docs`. */
  checkedAt: z.iso.date(),
  /** How it was proven: against documentation, recorded answers, or the provider itself. */
  verified: z.enum(['none', 'docs', 'fixture', 'live']),
  dialect: z.enum(['openai-chat', 'anthropic-messages', 'mock']),
  /** Left out where each operator has an own address; then the provider entity must give it. */
  baseUrl: z.url().optional(),
  paths: z.strictObject({ chat: z.string().startsWith('/') }),
  auth,
  /** Whether calls without a credential make sense, as on one's own machine. */
  apiKey: z.enum(['required', 'optional', 'none']),
  headers: z.record(z.string(), z.string()).optional(),
  /** Whether `stream_options.include_usage` is understood; without it, usage of streams is estimated. */
  streamUsage: z.boolean(),
  /** The provider's id in the price source; left out, its models have no known price. */
  priceSourceId: z.string().optional(),
  /** Flat prices in USD per million tokens, for all models of this provider, in decimal text. */
  prices: z.strictObject({ inputPerMillion: z.string(), outputPerMillion: z.string() }).optional(),
});
export type ProviderRow = Readonly<z.infer<typeof providerRow>>;
