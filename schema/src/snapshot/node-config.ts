import { z } from 'zod';
import type { EntityKind } from '../config/entity-kind.ts';
import { mockBehaviour } from '../config/mock-behaviour.ts';
import { tokenizers } from '../config/tokenizer.ts';
import { virtualKeyTypes } from '../config/virtual-key.ts';
import { nodeQuota, nodeQuotas } from '../quota/node-quota.ts';
import { nodeCallerRouting, nodeRouting } from './node-routing.ts';

const text = z.string().optional();
const list = z.array(z.string()).optional();
/** Milliseconds since 1970. */
const instantMs = z.number().optional();
const durationMs = z.int().min(1).optional();
const nanoUsd = z.int().min(0);

/** What bounds the requests of all that belongs to a tenant. */
const bounds = { models: list, accessGroups: list, blocked: z.boolean().optional(), quotas: nodeQuotas };

const prices = z.object({
  input: nanoUsd,
  output: nanoUsd,
  inputCached: nanoUsd.optional(),
  inputCacheWrite: nanoUsd.optional(),
  inputCacheWrite1h: nanoUsd.optional(),
  inputAudio: nanoUsd.optional(),
  outputAudio: nanoUsd.optional(),
});

const deployment = z.object({
  name: z.string(),
  provider: z.string(),
  model: z.string(),
  weight: z.number(),
  order: z.number().optional(),
  tags: list,
  rpm: z.number().optional(),
  tpm: z.number().optional(),
  contextTokens: z.number().optional(),
  tokenizer: z.enum(tokenizers).optional(),
  mock: mockBehaviour.optional(),
});

/** What a node needs of each kind of entity, and nothing else. It gets nothing of a kind that is not here. */
const nodeConfigs = Object.freeze({
  organization: z.object({ ...bounds, tags: list }),
  team: z.object({ organization: text, ...bounds, tags: list, routing: nodeCallerRouting.optional() }),
  project: z.object({ team: z.string(), ...bounds, tags: list }),
  user: z.object(bounds),
  customer: z.object({ organization: text, defaultModel: text, ...bounds }),
  'access-group': z.object({ models: z.array(z.string()) }),
  provider: z.object({
    type: z.string(),
    baseUrl: text,
    sealedApiKey: text,
    healthCheck: z.object({ path: z.string(), intervalMs: z.int().min(1), timeoutMs: z.int().min(1) }).optional(),
    quotas: nodeQuotas,
  }),
  model: z.object({
    deployments: z.array(deployment).min(1),
    timeoutMs: durationMs,
    routing: nodeRouting.optional(),
    /** Names of models. */
    fallbacks: list,
    contextFallbacks: list,
    contentPolicyFallbacks: list,
    mirror: z.object({ model: z.string(), percent: z.number() }).optional(),
    budgetFallbacks: list,
    budgetFallbackAtPercent: z.number().optional(),
    quotas: nodeQuotas,
  }),
  tag: z.object({ quotas: nodeQuotas }),
  member: z.object({ user: z.string(), organization: text, team: text, project: text, quotas: nodeQuotas }),
  /** Quotas with names of their own; `scope` is the id of the entity whose requests count, such as `team:search`, or `platform`. */
  budget: z.object({ scope: z.string(), quota: nodeQuota }),
  'rate-limit': z.object({ scope: z.string(), quota: nodeQuota }),
  /** One of the two is given. */
  alias: z.object({ model: text, alias: text }),
  'price-override': z.object({
    provider: text,
    /** The provider's own name of the model; may end in `*`. */
    model: z.string(),
    /** Nano-USD per million tokens. */
    prices: prices.optional(),
    discountPercent: z.number().optional(),
    marginPercent: z.number().optional(),
    effectiveFromMs: instantMs,
    effectiveUntilMs: instantMs,
  }),
  'virtual-key': z.object({
    secretHash: z.string(),
    /** Hashes of the secrets before, which are taken until then. Those whose time has passed may still be listed. */
    previousSecrets: z.array(z.object({ hash: z.string(), untilMs: z.number() })).optional(),
    team: text,
    project: text,
    user: text,
    customer: text,
    ...bounds,
    allowedRoutes: list,
    allowedIps: list,
    type: z.enum(virtualKeyTypes).optional(),
    expiresAtMs: instantMs,
    tags: list,
    routing: nodeCallerRouting.optional(),
  }),
  /** The endpoint's path is its id. */
  'pass-through-endpoint': z.object({
    target: z.string(),
    provider: text,
    sealedApiKey: text,
    apiKeyHeader: text,
    headers: z.record(z.string(), z.string()).optional(),
    methods: list,
    includeSubpaths: z.boolean().optional(),
    timeoutMs: durationMs,
    pricePerRequestNanoUsd: nanoUsd.optional(),
  }),
  'node-group': z.object({ nodes: z.array(z.string()) }),
});
type NodeConfigSchemas = typeof nodeConfigs;

/** The kinds of entities that nodes know. */
export type NodeKind = keyof NodeConfigSchemas;
export const nodeKinds = Object.keys(nodeConfigs) as [NodeKind, ...NodeKind[]];

export const isNodeKind = (kind: EntityKind): kind is NodeKind => Object.hasOwn(nodeConfigs, kind);

export type NodeConfigs = { readonly [Kind in NodeKind]: z.infer<NodeConfigSchemas[Kind]> };
export type ProviderConfig = NodeConfigs['provider'];
export type ModelConfig = NodeConfigs['model'];
export type TeamConfig = NodeConfigs['team'];
export type PriceOverrideConfig = NodeConfigs['price-override'];
export type VirtualKeyConfig = NodeConfigs['virtual-key'];

/** One entity as it stands in a snapshot; `id` is the entity's name. */
export type SnapshotItem = {
  [Kind in NodeKind]: { kind: Kind; id: string; value: NodeConfigs[Kind] };
}[NodeKind];

const items = nodeKinds.map((kind) => z.object({ kind: z.literal(kind), id: z.string(), value: nodeConfigs[kind] }));
// Each option is that of its kind just as the type's is; the compiler keeps no tuple through `map`.
export const snapshotItem = z.discriminatedUnion(
  'kind',
  items as unknown as [z.ZodObject, ...z.ZodObject[]],
) as unknown as z.ZodType<SnapshotItem, SnapshotItem>;
