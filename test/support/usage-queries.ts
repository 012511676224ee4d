import type { GraphqlClient } from './graphql.ts';

/** A row of usage as GraphQL gives it; tests compare it with what the client and the provider saw. */
export type RequestRow = {
  readonly id: string;
  readonly nodeId: string;
  readonly bootId: string;
  readonly seq: number;
  readonly revision: number;
  readonly stream: boolean;
  readonly key: string;
  readonly organization: string | null;
  readonly team: string | null;
  readonly project: string | null;
  readonly user: string | null;
  readonly customer: string | null;
  readonly endUser: string | null;
  readonly model: string;
  readonly servedModel: string;
  readonly deployment: string;
  readonly provider: string;
  readonly providerType: string;
  readonly upstreamModel: string;
  readonly tags: readonly string[];
  readonly cause: string;
  readonly status: number;
  readonly errorCode: string | null;
  readonly attempts: number;
  readonly tokensInput: number;
  readonly tokensInputCached: number;
  readonly tokensInputCacheWrite: number;
  readonly tokensOutput: number;
  readonly tokensOutputReasoning: number;
  readonly usageSource: string;
  readonly costNanoUsd: string | null;
  readonly priceSource: string | null;
  readonly timeToFirstTokenUs: number | null;
  readonly totalUs: number;
  readonly overheadUs: number;
  readonly attemptDetails: readonly {
    readonly model: string;
    readonly deployment: string;
    readonly reason: string;
    readonly cause: string;
    readonly status: number;
    readonly costNanoUsd: string | null;
  }[];
};

export type RequestFilter = {
  readonly ids?: readonly string[];
  readonly keys?: readonly string[];
  readonly organizations?: readonly string[];
  readonly endUsers?: readonly string[];
  readonly models?: readonly string[];
  readonly causes?: readonly string[];
};

export type RequestPage = {
  readonly edges: readonly { readonly cursor: string; readonly node: RequestRow }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

const REQUESTS = `query ($filter: RequestFilter, $first: Int!, $after: String) {
  requests(filter: $filter, first: $first, after: $after) {
    edges { cursor node {
      id nodeId bootId seq revision stream key organization team project user customer endUser model servedModel deployment provider
      providerType upstreamModel tags cause status errorCode attempts tokensInput tokensInputCached tokensInputCacheWrite tokensOutput tokensOutputReasoning usageSource
      costNanoUsd priceSource timeToFirstTokenUs totalUs overheadUs
      attemptDetails { model deployment reason cause status costNanoUsd }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`;

export async function requestPage(
  graphql: GraphqlClient,
  { filter, first, after }: { readonly filter: RequestFilter; readonly first: number; readonly after?: string | null },
): Promise<RequestPage> {
  const variables = { filter, first, after: after ?? null };
  return (await graphql<{ requests: RequestPage }>(REQUESTS, variables)).requests;
}

/** All rows that match, newest first, page by page. */
export async function allRequests(graphql: GraphqlClient, filter: RequestFilter, first = 100): Promise<RequestRow[]> {
  const rows: RequestRow[] = [];
  let after: string | null = null;
  for (;;) {
    const page: RequestPage = await requestPage(graphql, { filter, first, after });
    rows.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return rows;
    after = page.pageInfo.endCursor;
  }
}
