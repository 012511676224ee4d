import { Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { readLatestRevision } from '../projection/revision-log.ts';
import type { GraphQLContext } from './context.ts';
import { CountScalar, DateTimeScalar, RevisionScalar } from './scalars.ts';

@ObjectType('Node', { description: 'A data-plane node that is or was linked to this control plane.' })
class NodeType {
  @Field(() => ID, { description: 'Chosen by the node; it outlives restarts.' })
  readonly nodeId!: string;
  @Field(() => String, { description: 'Where it serves.' })
  readonly address!: string;
  @Field(() => Boolean, { description: 'Whether its link is up.' })
  readonly connected!: boolean;
  @Field(() => RevisionScalar, { description: 'The revision that it last said it enforces.' })
  readonly revision!: number;
  @Field(() => CountScalar, { description: 'By how many events that is behind the current revision.' })
  readonly lag!: number;
  @Field(() => DateTimeScalar, { description: 'When its link came up.' })
  readonly connectedAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it last acknowledged a revision.' })
  readonly acknowledgedAt!: Date | null;
  @Field(() => String, { nullable: true, description: 'Why it refused a revision or lost its link.' })
  readonly lastError!: string | null;
}

/** The fleet as this replica of the control plane sees it. */
@Resolver()
export class NodesResolver {
  @Query(() => [NodeType], { description: 'All nodes that linked to this replica since it started, by id.' })
  async nodes(@Ctx() { db, fleet }: GraphQLContext): Promise<readonly NodeType[]> {
    const current = (await readLatestRevision(db))?.revision ?? 0;
    return fleet.nodes().map((node) => ({ ...node, lag: Math.max(0, current - node.revision) }));
  }
}
