import { z } from 'zod';
import type { GraphqlClient } from './graphql-client.ts';

const PAGE_SIZE = 500;

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

const page = z.object({
  virtualKeys: z.object({
    edges: z.array(z.object({ node: virtualKey })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});
type Page = z.infer<typeof page>;

const keysOperation = {
  text: `query Keys($first: Int, $after: String) { virtualKeys(first: $first, after: $after) {
    edges { node { name team models expiresAt blocked tags revision } } pageInfo { hasNextPage endCursor } } }`,
  answer: page,
};

export type VirtualKeyList = { readonly keys: readonly VirtualKey[]; readonly hasMore: boolean };

/** Fetches keys page by page, at most `limit` of them. */
export async function requestVirtualKeys(client: GraphqlClient, limit: number): Promise<VirtualKeyList> {
  const keys: VirtualKey[] = [];
  let after: string | null = null;
  for (;;) {
    const first = Math.min(PAGE_SIZE, limit - keys.length);
    const answer: Page = await client.request(keysOperation, { first, after });
    const { edges, pageInfo } = answer.virtualKeys;
    keys.push(...edges.map((edge) => edge.node));
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage || after === null || edges.length === 0) return { keys, hasMore: false };
    if (keys.length >= limit) return { keys, hasMore: true };
  }
}
