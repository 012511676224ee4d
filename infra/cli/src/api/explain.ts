import { z } from 'zod';
import { graphqlKind } from './entity-kind.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { quotaUnit } from './quotas.ts';

const amount = z.string().regex(/^-?\d+$/);
const names = z.array(z.string());

const key = z.object({
  name: z.string(),
  changedAt: z.number(),
  type: z.string(),
  blocked: z.boolean(),
  expiresAt: z.string().nullable(),
  models: names.nullable(),
  accessGroups: names,
  allowedRoutes: names.nullable(),
  allowedIps: names.nullable(),
  tags: names,
});

const policy = z.object({
  model: z.string(),
  strategy: z.string(),
  stickyBy: z.string().nullable(),
  retries: z.number(),
  hedgeAfterMs: z.number().nullable(),
  midStream: z.string(),
  backoffInitialMs: z.number(),
  backoffMaxMs: z.number(),
  connectMs: z.number(),
  firstTokenMs: z.number(),
  idleMs: z.number(),
  totalMs: z.number().nullable(),
  cooldown: z.boolean(),
  cooldownFailurePercent: z.number(),
  cooldownAttempts: z.number(),
  cooldownMs: z.number(),
  cooldownMaxMs: z.number(),
  fallbacks: names,
  contextFallbacks: names,
  contentPolicyFallbacks: names,
  budgetFallbacks: names,
  budgetFallbackAtPercent: z.number().nullable(),
  fromKey: names.nullable(),
  fromTeam: names.nullable(),
});
/** How a model's deployments were chosen and called. */
export type ExplainedPolicy = z.infer<typeof policy>;

const quota = z.object({
  id: z.string(),
  ownerKind: graphqlKind.nullable(),
  ownerName: z.string().nullable(),
  unit: quotaUnit.nullable(),
  window: z.string().nullable(),
  model: z.string().nullable(),
  limit: amount.nullable(),
  mode: z.enum(['ENFORCE', 'SHADOW']).nullable(),
  amount,
  slot: z.string().nullable(),
});
/** A quota that counted a request. */
export type ExplainedQuota = z.infer<typeof quota>;

const considered = z.object({
  model: z.string(),
  deployment: z.string().nullable(),
  chosen: z.boolean(),
  reason: z.string().nullable(),
  explanation: z.string().nullable(),
  coolingForMs: z.number().nullable(),
  figure: z.number().nullable(),
});

const attempt = z.object({
  number: z.number(),
  model: z.string(),
  servedModel: z.string(),
  deployment: z.string(),
  provider: z.string(),
  upstreamModel: z.string(),
  reason: z.string(),
  cause: z.string(),
  status: z.number(),
  errorCode: z.string().nullable(),
  startedUs: z.number().nullable(),
  waitedUs: z.number(),
  durationUs: z.number(),
  tokensInput: z.number(),
  tokensOutput: z.number(),
  costNanoUsd: amount.nullable(),
  chosenBy: z.string().nullable(),
  figureUnit: z.string().nullable(),
  considered: z.array(considered),
  notListed: z.number(),
});
/** A call to a provider, and how its deployment was chosen. */
export type ExplainedAttempt = z.infer<typeof attempt>;

const explanation = z.object({
  summary: z.string(),
  revision: z.number(),
  revisionCommittedAt: z.string().nullable(),
  request: z.object({
    id: z.string(),
    nodeId: z.string(),
    startedAt: z.string(),
    endpoint: z.string(),
    stream: z.boolean(),
    key: z.string(),
    organization: z.string().nullable(),
    team: z.string().nullable(),
    project: z.string().nullable(),
    user: z.string().nullable(),
    customer: z.string().nullable(),
    endUser: z.string().nullable(),
    model: z.string(),
    tags: names,
    cause: z.string(),
    status: z.number(),
    errorCode: z.string().nullable(),
    attempts: z.number(),
    costUsd: z.string().nullable(),
    totalUs: z.number(),
    overheadUs: z.number(),
  }),
  key: key.nullable(),
  policies: z.array(policy),
  quotas: z.array(quota),
  attempts: z.array(attempt),
});
/** Why a request went as it did. */
export type Explanation = z.infer<typeof explanation>;

const fieldsOf = ({ shape }: z.ZodObject): string => Object.keys(shape).join(' ');

const operation = {
  text: `query Explain($id: ID!) { explainRequest(id: $id) {
    summary revision revisionCommittedAt
    request { ${fieldsOf(explanation.shape.request)} }
    key { ${fieldsOf(key)} }
    policies { ${fieldsOf(policy)} }
    quotas { ${fieldsOf(quota)} }
    attempts { ${fieldsOf(attempt.omit({ considered: true }))} considered { ${fieldsOf(considered)} } } } }`,
  answer: z.object({ explainRequest: explanation.nullable() }),
};

/** Null if there is no record of this id that may be seen. */
export const requestExplanation = async (client: GraphqlClient, id: string): Promise<Explanation | null> =>
  (await client.request(operation, { id })).explainRequest;
