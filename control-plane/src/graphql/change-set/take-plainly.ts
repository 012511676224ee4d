import type { GraphQLSchema } from 'graphql';
import type { GraphQLContext } from '../context.ts';
import type { ChangeSetInput } from './change-set.input.ts';
import { commitChangeSet, planChangeSet } from './change-set.resolver.ts';

type Resolve = (input: ChangeSetInput, context: GraphQLContext) => unknown;

/**
 * Hands change sets to their resolvers as graphql has read them. type-graphql would make an instance of each of their parts,
 * and search its list of types for each field that a change could have: with 10,000 changes that takes longer than the plan.
 */
export function takeChangeSetsPlainly(schema: GraphQLSchema): GraphQLSchema {
  take('planChangeSet', planChangeSet);
  take('commitChangeSet', commitChangeSet);
  return schema;

  function take(name: string, resolve: Resolve): void {
    const field = schema.getQueryType()?.getFields()[name] ?? schema.getMutationType()?.getFields()[name];
    if (!field) throw new Error(`the schema has no field ${name}`);
    field.resolve = (_root, args, context: GraphQLContext) => resolve(args['input'] as ChangeSetInput, context);
  }
}
