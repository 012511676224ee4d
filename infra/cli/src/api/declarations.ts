import type { EntityKind } from '@tollgate/schema';
import { z } from 'zod';
import { graphqlKind, toGraphqlKind } from './entity-kind.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { connectionOf, PAGE_INFO, requestAll } from './pages.ts';

const declared = z.object({ kind: graphqlKind, name: z.string(), owner: z.string(), declaration: z.unknown() });
/** An entity as a document declares it. */
export type Declared = z.infer<typeof declared>;

const operation = {
  text: `query Declarations($first: Int!, $after: String, $kinds: [EntityKind!], $owner: String, $asOf: AsOf) {
    declarations(first: $first, after: $after, kinds: $kinds, owner: $owner, asOf: $asOf) {
      edges { node { kind name owner declaration } } ${PAGE_INFO} } }`,
  answer: z.object({ declarations: connectionOf(declared) }),
};

export type DeclarationFilter = {
  readonly kinds?: readonly EntityKind[] | undefined;
  readonly owner?: string | undefined;
  readonly revision: number;
};

/** Everything that is declared at one revision; `onProgress` hears how many there are so far. */
export async function requestDeclarations(
  client: GraphqlClient,
  { kinds, owner, revision }: DeclarationFilter,
  onProgress: (count: number) => void,
): Promise<readonly Declared[]> {
  const variables = { kinds: kinds?.map(toGraphqlKind), owner, asOf: { revision } };
  const { nodes } = await requestAll(client, operation, { variables, onProgress });
  return nodes;
}
