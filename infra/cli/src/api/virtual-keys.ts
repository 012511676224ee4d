import { z } from 'zod';
import type { GraphqlClient } from './graphql-client.ts';
import { connectionOf, type Listed, PAGE_INFO, requestAll } from './pages.ts';

const virtualKey = z.object({
  name: z.string(),
  team: z.string().nullable(),
  models: z.array(z.string()).nullable(),
  expiresAt: z.string().nullable(),
  blocked: z.boolean(),
  tags: z.array(z.string()).nullable(),
  revision: z.number(),
});
export type VirtualKey = z.infer<typeof virtualKey>;

const operation = {
  text: `query Keys($first: Int, $after: String) { virtualKeys(first: $first, after: $after) {
    edges { node { name team models expiresAt blocked tags revision } } ${PAGE_INFO} } }`,
  answer: z.object({ virtualKeys: connectionOf(virtualKey) }),
};

/** Keys by name, at most `limit` of them. */
export const requestVirtualKeys = (client: GraphqlClient, limit: number): Promise<Listed<VirtualKey>> =>
  requestAll(client, operation, { limit });
