import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from '../context.ts';
import { NodeType, toNodeType } from './node.type.ts';

/** The fleet; every replica of the control plane answers the same. */
@Resolver()
export class NodesResolver {
  @Query(() => [NodeType], { description: 'All nodes of the data plane, by id.' })
  async nodes(@Ctx() { fleet }: GraphQLContext): Promise<readonly NodeType[]> {
    return (await fleet.nodes()).map(toNodeType);
  }
}
