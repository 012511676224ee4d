import { z } from 'zod';
import { mockBehaviour } from '../config/mock-behaviour.ts';

/** What a node needs of each kind of entity, and nothing else. */
const providerConfig = z.object({
  type: z.string(),
  baseUrl: z.string().optional(),
  sealedApiKey: z.string().optional(),
});
const modelConfig = z.object({
  deployments: z
    .array(
      z.object({
        name: z.string(),
        provider: z.string(),
        model: z.string(),
        weight: z.number(),
        mock: mockBehaviour.optional(),
      }),
    )
    .min(1),
  timeoutMs: z.int().min(1).optional(),
});
const teamConfig = z.object({ models: z.array(z.string()).optional() });
const virtualKeyConfig = z.object({
  secretHash: z.string(),
  team: z.string().optional(),
  models: z.array(z.string()).optional(),
  /** Milliseconds since 1970. */
  expiresAtMs: z.number().optional(),
  blocked: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
});

export type ProviderConfig = z.infer<typeof providerConfig>;
export type ModelConfig = z.infer<typeof modelConfig>;
export type TeamConfig = z.infer<typeof teamConfig>;
export type VirtualKeyConfig = z.infer<typeof virtualKeyConfig>;

/** One entity as it stands in a snapshot; `id` is the entity's name. */
export const snapshotItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('provider'), id: z.string(), value: providerConfig }),
  z.object({ kind: z.literal('model'), id: z.string(), value: modelConfig }),
  z.object({ kind: z.literal('team'), id: z.string(), value: teamConfig }),
  z.object({ kind: z.literal('virtual-key'), id: z.string(), value: virtualKeyConfig }),
]);
export type SnapshotItem = z.infer<typeof snapshotItem>;
