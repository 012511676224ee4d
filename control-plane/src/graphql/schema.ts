import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { ModelResolver } from '../model/model.type.ts';
import { ProviderResolver } from '../provider/provider.type.ts';
import { TeamResolver } from '../team/team.type.ts';
import { VirtualKeyResolver } from '../virtual-key/virtual-key.type.ts';
import { ChangeSetResolver } from './change-set/change-set.resolver.ts';
import { HistoryResolver } from './history.resolver.ts';
import { NodesResolver } from './nodes.resolver.ts';
import { UsageResolver } from './usage/usage.resolver.ts';

export function createGraphQLSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      ProviderResolver,
      ModelResolver,
      TeamResolver,
      VirtualKeyResolver,
      ChangeSetResolver,
      HistoryResolver,
      NodesResolver,
      UsageResolver,
    ],
    orphanedTypes: [],
    validate: false,
  });
}

/** The schema as text, in an order that does not depend on that of the code. */
export const printGraphQLSchema = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;
