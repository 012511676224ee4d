import { z } from 'zod';
import type { GraphqlClient } from './graphql-client.ts';
import { QUOTA_FIELDS, type Quota, quota } from './quotas.ts';

const corrected = z.object({ revision: z.number(), quota });
export type Corrected = { readonly revision: number; readonly quota: Quota };

/** Why it is done, for the history, and what makes sending it twice harmless. */
export type Reason = { readonly reason: string; readonly idempotencyKey: string };

const adjust = {
  text: `mutation AdjustQuota($id: ID!, $amount: BigInt!, $reason: String!, $idempotencyKey: String) {
    adjustQuota(id: $id, amount: $amount, reason: $reason, idempotencyKey: $idempotencyKey, source: CLI) {
      revision quota { ${QUOTA_FIELDS} } } }`,
  answer: z.object({ adjustQuota: corrected }),
};

const reset = {
  text: `mutation ResetQuota($id: ID!, $reason: String!, $idempotencyKey: String) {
    resetQuota(id: $id, reason: $reason, idempotencyKey: $idempotencyKey, source: CLI) {
      revision quota { ${QUOTA_FIELDS} } } }`,
  answer: z.object({ resetQuota: corrected }),
};

const release = {
  text: `mutation ReleaseHolders($nodeId: String!, $reason: String!) {
    releaseHolders(nodeId: $nodeId, reason: $reason, source: CLI) { revision holders } }`,
  answer: z.object({ releaseHolders: z.object({ revision: z.number(), holders: z.array(z.string()) }) }),
};

/** @param amount in the unit of the quota; positive gives room back, negative takes some */
export const requestAdjustment = async (
  client: GraphqlClient,
  id: string,
  amount: bigint,
  why: Reason,
): Promise<Corrected> => (await client.request(adjust, { id, amount: String(amount), ...why })).adjustQuota;

export const requestReset = async (client: GraphqlClient, id: string, why: Reason): Promise<Corrected> =>
  (await client.request(reset, { id, ...why })).resetQuota;

/** @returns the runs of the node that held something */
export const requestRelease = async (
  client: GraphqlClient,
  nodeId: string,
  reason: string,
): Promise<{ readonly revision: number; readonly holders: readonly string[] }> =>
  (await client.request(release, { nodeId, reason })).releaseHolders;
