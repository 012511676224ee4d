import { z } from 'zod';
import type { GraphqlClient } from './graphql-client.ts';

const node = z.object({
  nodeId: z.string(),
  address: z.string(),
  connected: z.boolean(),
  revision: z.number().nullable(),
  /** Instants as ISO text. */
  acknowledgedAt: z.string().nullable(),
  connectedAt: z.string().nullable(),
  lastError: z.string().nullable(),
  lag: z.number().nullable(),
});
export type FleetNode = z.infer<typeof node>;

const nodesOperation = {
  text: 'query Nodes { revision nodes { nodeId address connected revision acknowledgedAt connectedAt lastError lag } }',
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
