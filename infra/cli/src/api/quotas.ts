import { type EntityKind, quotaUnits } from '@tollgate/schema';
import { z } from 'zod';
import { graphqlKind, toGraphqlKind } from './entity-kind.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { connectionOf, type Listed, PAGE_INFO, requestAll } from './pages.ts';

const amount = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);

/** A unit as GraphQL names it, read as the project does. */
export const quotaUnit = z.enum(quotaUnits.map((known) => known.toUpperCase())).transform((text) => {
  const known = quotaUnits.find((one) => one.toUpperCase() === text);
  if (known === undefined) throw new RangeError(`${text} is no unit`);
  return known;
});

export const quota = z.object({
  id: z.string(),
  ownerKind: graphqlKind,
  ownerName: z.string(),
  unit: quotaUnit,
  limit: amount,
  window: z.string().nullable(),
  timezone: z.string(),
  model: z.string().nullable(),
  mode: z.enum(['ENFORCE', 'SHADOW']),
  settled: amount,
  leased: amount,
  remaining: amount,
  /** An instant as ISO text. */
  resetsAt: z.string().nullable(),
  softLimitReached: z.boolean().nullable(),
  shadowRefusals: amount,
  holders: z.number(),
});
export type Quota = z.infer<typeof quota>;

export const QUOTA_FIELDS = `id ownerKind ownerName unit limit window timezone model mode settled leased remaining resetsAt
        softLimitReached shadowRefusals holders`;

const operation = {
  text: `query Quotas($first: Int, $after: String, $filter: QuotaFilterInput) {
    quotas(first: $first, after: $after, filter: $filter) {
      edges { node { ${QUOTA_FIELDS} } } ${PAGE_INFO} } }`,
  answer: z.object({ quotas: connectionOf(quota) }),
};

/** Quotas by owner, at most `limit` of them; those of one entity if it is given. */
export const requestQuotas = (
  client: GraphqlClient,
  owner: { readonly kind: EntityKind; readonly name: string } | undefined,
  limit: number,
): Promise<Listed<Quota>> => {
  const filter = owner ? { ownerKind: toGraphqlKind(owner.kind), ownerName: owner.name } : null;
  return requestAll(client, operation, { variables: { filter }, limit });
};
