import { z } from 'zod';
import type { GraphqlClient } from './graphql-client.ts';

const node = z.object({
  nodeId: z.string(),
  address: z.string(),
  version: z.string().nullable(),
  /** The replica of the control plane that holds, or last held, its link. */
  replica: z.string(),
  state: z.enum(['CONNECTED', 'DISCONNECTED', 'UNKNOWN']),
  /** Instants as ISO text. */
  stateSince: z.string(),
  connected: z.boolean(),
  revision: z.number(),
  /** How many revisions it is behind, and for how long. */
  lag: z.number(),
  lagMs: z.number(),
  acknowledgedAt: z.string().nullable(),
  lastError: z.string().nullable(),
});
export type FleetNode = z.infer<typeof node>;

const nodesOperation = {
  text: `query Nodes { revision nodes {
    nodeId address version replica state stateSince connected revision lag lagMs acknowledgedAt lastError } }`,
  answer: z.object({ revision: z.number(), nodes: z.array(node) }),
};
const revisionOperation = { text: 'query Revision { revision }', answer: z.object({ revision: z.number() }) };

export type Fleet = z.infer<typeof nodesOperation.answer>;

/** The current revision and every node that the control plane knows. */
export const requestFleet = (client: GraphqlClient): Promise<Fleet> => client.request(nodesOperation);

export async function requestRevision(client: GraphqlClient): Promise<number> {
  const { revision } = await client.request(revisionOperation);
  return revision;
}
