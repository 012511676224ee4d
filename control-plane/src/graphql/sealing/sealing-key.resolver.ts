import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from '../context.ts';
import { RewrapResultType, SealingKeyType, toSealingKeyType } from './sealing-key.type.ts';

/** The change of the sealing key, as `docs/security.md` describes it. */
@Resolver()
export class SealingKeyResolver {
  @Query(() => [SealingKeyType], {
    description: 'The sealing keys that are accepted or that data keys are wrapped with, the current one first.',
  })
  async sealingKeys(@Ctx() { sealing, fleet }: GraphQLContext): Promise<readonly SealingKeyType[]> {
    const nodes = (await fleet.nodes()).map(({ nodeId, sealingKeys, state, stateSince }) => ({
      name: `node ${nodeId}`,
      sealingKeys,
      silentSince: state === 'connected' ? undefined : stateSince,
    }));
    return (await sealing.keys(nodes)).map(({ use, blockers }) => toSealingKeyType(use, blockers));
  }

  @Mutation(() => RewrapResultType, {
    description:
      'Wraps the next thousand data keys with the current sealing key alone. Ask again with `next` until that is null.',
  })
  async rewrapDataKeys(
    @Arg('after', () => ID, {
      nullable: true,
      description: '`next` of the call before; left out, it starts with the first.',
    })
    after: string | null,
    @Ctx() { sealing }: GraphQLContext,
  ): Promise<RewrapResultType> {
    const { next, ...result } = await sealing.rewrap(after ?? undefined);
    return { ...result, next: next ?? null };
  }
}
