import 'reflect-metadata';
import { blockableKinds, entityKinds, personalKinds, quotaKinds } from '@tollgate/schema';
import type { GraphQLSchema } from 'graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { fieldPolicy } from '../access/field-policy.ts';
import { DeploymentResolver } from '../model/deployment.resolver.ts';
import { VirtualKeyResolver } from '../virtual-key/virtual-key.resolver.ts';
import { enforceAccess } from './access/enforce-access.ts';
import { ServiceTokenResolver } from './access/service-token.resolver.ts';
import { SessionResolver } from './access/session.resolver.ts';
import { ChangeSetResolver } from './change-set/change-set.resolver.ts';
import { takeChangeSetsPlainly } from './change-set/take-plainly.ts';
import { DeclarationsResolver } from './declarations.resolver.ts';
import { DraftResolver } from './draft/draft.resolver.ts';
import { createBlockMutations } from './entity/block-mutations.ts';
import { createEntityMutations } from './entity/entity-mutations.ts';
import { createEntityQueries } from './entity/entity-queries.ts';
import { createEraseMutation } from './entity/erase-mutation.ts';
import { ExplainResolver } from './explain/explain.resolver.ts';
import { NodesResolver } from './fleet/nodes.resolver.ts';
import { PropagationResolver } from './fleet/propagation.resolver.ts';
import { DiffResolver } from './history/diff.resolver.ts';
import { EntityHistoryResolver } from './history/entity-history.resolver.ts';
import { HistoryResolver } from './history/events.resolver.ts';
import { RollbackResolver } from './history/rollback.resolver.ts';
import { LiveResolver } from './live/live.resolver.ts';
import { CorrectQuotaResolver } from './quota/correct-quota.resolver.ts';
import { createEntityQuotasResolver } from './quota/entity-quotas.resolver.ts';
import { QuotasResolver } from './quota/quotas.resolver.ts';
import { ReleaseHoldersResolver } from './quota/release-holders.resolver.ts';
import { SealingKeyResolver } from './sealing/sealing-key.resolver.ts';
import { UsageResolver } from './usage/usage.resolver.ts';

const refuseTopics = (): never => {
  throw new Error('subscriptions read from their own sources');
};
/** type-graphql asks for one, and uses it only for subscriptions to topics, of which there are none. */
const NO_TOPICS: PubSub = { publish: refuseTopics, subscribe: refuseTopics };

export function createGraphQLSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      ChangeSetResolver,
      ...entityKinds.flatMap((kind) => [createEntityQueries(kind), createEntityMutations(kind)]),
      ...blockableKinds.map(createBlockMutations),
      ...personalKinds.map(createEraseMutation),
      ...quotaKinds.map(createEntityQuotasResolver),
      QuotasResolver,
      CorrectQuotaResolver,
      ReleaseHoldersResolver,
      VirtualKeyResolver,
      DeploymentResolver,
      DeclarationsResolver,
      HistoryResolver,
      DraftResolver,
      DiffResolver,
      EntityHistoryResolver,
      RollbackResolver,
      NodesResolver,
      PropagationResolver,
      LiveResolver,
      UsageResolver,
      ExplainResolver,
      SessionResolver,
      ServiceTokenResolver,
      SealingKeyResolver,
    ],
    orphanedTypes: [],
    pubSub: NO_TOPICS,
    validate: false,
  });
  return enforceAccess(takeChangeSetsPlainly(schema), fieldPolicy);
}

/** The schema as text, in an order that does not depend on that of the code. */
export const printGraphQLSchema = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;
