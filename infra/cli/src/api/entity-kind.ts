import { type EntityKind, entityKinds } from '@tollgate/schema';
import { z } from 'zod';

/** GraphQL's name of a kind: `VIRTUAL_KEY`. */
export const toGraphqlKind = (kind: EntityKind): string => kind.toUpperCase().replaceAll('-', '_');

const KIND_OF_GRAPHQL: ReadonlyMap<string, EntityKind> = new Map(
  entityKinds.map((kind) => [toGraphqlKind(kind), kind]),
);

/** Reads GraphQL's name of a kind. */
export const graphqlKind = z.string().transform((text, context): EntityKind => {
  const kind = KIND_OF_GRAPHQL.get(text);
  if (kind) return kind;
  context.addIssue(`${text} is no kind of entity that this version knows`);
  return z.NEVER;
});
