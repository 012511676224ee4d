/** Asks the control plane as an operator does. @throws Error with the codes and messages of GraphQL's errors. */
export type GraphqlClient = <Data>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Data>;

type Answer<Data> = {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
};

export function createGraphqlClient(controlUrl: string, adminToken: string): GraphqlClient {
  return async <Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> => {
    const response = await fetch(`${controlUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as Answer<Data>;
    if (errors !== undefined)
      throw new Error(errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; '));
    if (data === undefined) throw new Error(`GraphQL answered ${response.status} without data`);
    return data;
  };
}
