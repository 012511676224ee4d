import type { Stack } from '../../support/stack.ts';

export type QuotaState = {
  readonly id: string;
  readonly settled: string;
  readonly leased: string;
  readonly drift: string | null;
  readonly checkedAt: string | null;
};

const QUOTAS = `query ($name: String!) {
  quotas(filter: { ownerKind: VIRTUAL_KEY, ownerName: $name }) { edges { node { id settled leased drift checkedAt } } } }`;

/** How the quotas of a key stand. */
export async function readQuotas(stack: Stack, keyName: string): Promise<readonly QuotaState[]> {
  type Page = { readonly quotas: { readonly edges: readonly { readonly node: QuotaState }[] } };
  const { quotas } = await stack.graphql<Page>(QUOTAS, { name: keyName });
  return quotas.edges.map(({ node }) => node);
}
