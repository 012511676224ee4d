import type { EntityKind } from '@tollgate/schema';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { EntityState } from '../../aggregate/entity.ts';
import { quotasOf } from '../../quota/read-declared-quotas.ts';
import type { GraphQLContext } from '../context.ts';
import { type EntityNode, nodeTypes } from '../entity/entity-types.ts';
import { QuotaType, toQuotaType } from './quota.type.ts';

type Node = EntityNode & { readonly state: EntityState };

/** How the quotas stand that an entity of a kind declares. Whoever may read the entity may read them. */
export function createEntityQuotasResolver(kind: EntityKind) {
  @Resolver(() => nodeTypes[kind])
  class EntityQuotasResolver {
    @FieldResolver(() => [QuotaType], {
      description: 'How the quotas stand now that it declares; also of an entity as it was, they are those of now.',
    })
    async quotas(@Root() { name, state }: Node, @Ctx() { quotaLoader }: GraphQLContext): Promise<readonly QuotaType[]> {
      return (await quotaLoader.load(quotasOf({ kind, name, state }))).map(toQuotaType);
    }
  }
  return EntityQuotasResolver;
}
