import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import { actorOf } from '../../access/principal.ts';
import type { ChangeSource } from '../../change-set/change-request.ts';
import { isStorable } from '../../change-set/declaration-problems.ts';
import { principalOf } from '../access/subject.ts';
import type { GraphQLContext } from '../context.ts';
import { ChangeSourceEnum } from '../enums.ts';
import { publicError } from '../errors.ts';
import { RevisionScalar } from '../scalars.ts';
import { checkAct } from './act-origin.ts';

@ObjectType('ReleaseHoldersPayload', { description: 'What became of the leases of a node.' })
class ReleaseHoldersPayload {
  @Field(() => RevisionScalar, {
    description: 'The revision that it led to; the current one if there was nothing to release.',
  })
  readonly revision!: number;
  @Field(() => [ID], { description: 'The runs of the node that held something.' })
  readonly holders!: readonly string[];
}

@Resolver()
export class ReleaseHoldersResolver {
  @Mutation(() => ReleaseHoldersPayload, {
    description:
      'Gives back what a node holds of quotas that will not come back. What it had told to be spent stays; what it had not told ' +
      'is settled should it come back after all. A node that is linked is refused, for it settles by itself.',
  })
  async releaseHolders(
    @Arg('nodeId', () => String, { description: 'The id of the node.' }) nodeId: string,
    @Arg('reason', () => String, { description: 'Why, for the history.' }) reason: string,
    @Arg('source', () => ChangeSourceEnum, {
      defaultValue: ChangeSourceEnum.API,
      description: 'What it is made through.',
    })
    source: ChangeSource,
    @Ctx() context: GraphQLContext,
  ): Promise<ReleaseHoldersPayload> {
    checkAct(reason, undefined);
    if (!isStorable(nodeId)) throw publicError('NOT_FOUND', 'there is no such node');
    const node = (await context.fleet.nodes()).find((one) => one.nodeId === nodeId);
    if (node?.state === 'connected') {
      throw publicError('BAD_USER_INPUT', `node ${nodeId} is linked, and settles what it holds by itself`);
    }
    const actor = actorOf(principalOf(context));
    return await context.quotas.release({ nodeId, reason }, { actor, source });
  }
}
