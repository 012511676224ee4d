import type { GraphqlClient } from './graphql.ts';

export type QuotaState = { readonly settled: string; readonly leased: string; readonly remaining: string };

/** How the first quota of a key stands, as the authority says. */
export async function quotaStateOf(
  stack: { readonly graphql: GraphqlClient },
  keyName: string,
): Promise<QuotaState | undefined> {
  const query = `query ($name: String!) { virtualKey(name: $name) { quotas { settled leased remaining } } }`;
  type Answer = { readonly virtualKey: { readonly quotas: readonly QuotaState[] } };
  return (await stack.graphql<Answer>(query, { name: keyName })).virtualKey.quotas[0];
}
