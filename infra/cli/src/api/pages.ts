import { z } from 'zod';
import type { GraphqlClient, Operation } from './graphql-client.ts';

const PAGE_SIZE = 500;

/** The shape of a list of GraphQL in pages. */
export const connectionOf = <Node>(node: z.ZodType<Node>) =>
  z.object({
    edges: z.array(z.object({ node })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  });
type Connection<Node> = z.infer<ReturnType<typeof connectionOf<Node>>>;

export const PAGE_INFO = 'pageInfo { hasNextPage endCursor }';

export type Listed<Node> = { readonly nodes: readonly Node[]; readonly hasMore: boolean };

type ListOptions = {
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Left out, all of them. */
  readonly limit?: number | undefined;
  /** Hears how many there are so far. */
  onProgress?(count: number): void;
};

/** Reads a list page by page; the operation takes `$first` and `$after`, and answers one connection under some name. */
export async function requestAll<Node>(
  client: GraphqlClient,
  operation: Operation<Readonly<Record<string, Connection<Node>>>>,
  { variables = {}, limit = Number.POSITIVE_INFINITY, onProgress }: ListOptions = {},
): Promise<Listed<Node>> {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (;;) {
    const first = Math.min(PAGE_SIZE, limit - nodes.length);
    const answer: Readonly<Record<string, Connection<Node>>> = await client.request(operation, {
      ...variables,
      first,
      after,
    });
    const page = Object.values(answer)[0];
    if (!page) return { nodes, hasMore: false };
    for (const { node } of page.edges) nodes.push(node);
    onProgress?.(nodes.length);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage || after === null || page.edges.length === 0) return { nodes, hasMore: false };
    if (nodes.length >= limit) return { nodes, hasMore: true };
  }
}
