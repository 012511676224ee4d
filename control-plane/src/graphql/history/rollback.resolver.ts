import type { EntityKind } from '@tollgate/schema';
import { Arg, Ctx, Field, InputType, Mutation, Query, Resolver } from 'type-graphql';
import { toEntityId } from '../../aggregate/entity.ts';
import { isStorable } from '../../change-set/declaration-problems.ts';
import type { RollbackRequest } from '../../change-set/rollback.ts';
import { AsOf, revisionOf } from '../as-of.ts';
import { ChangeSetPlanType, CommitChangeSetPayload, toPlanType } from '../change-set/change-set.type.ts';
import { commitAndWait, originOf } from '../change-set/commit.ts';
import { CommitOptionsInput, toCommitOptions } from '../change-set/commit-options.input.ts';
import type { GraphQLContext } from '../context.ts';
import { EntityKindEnum } from '../enums.ts';
import { publicError } from '../errors.ts';

@InputType({ description: 'Names an entity.' })
class EntityRefInput {
  @Field(() => EntityKindEnum, { description: 'Its kind.' })
  readonly kind!: EntityKind;
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;
}

@InputType({ description: 'Where to go back to, and with what.' })
export class RollbackInput extends CommitOptionsInput {
  @Field(() => AsOf, { description: 'The revision, or the instant, to go back to.' })
  readonly to!: AsOf;
  @Field(() => [EntityRefInput], { nullable: true, description: 'Only these; left out, everything goes back.' })
  readonly entities?: readonly EntityRefInput[] | null;
}

/** Goes back to an earlier revision by a new one; nothing of the history is lost. */
@Resolver()
export class RollbackResolver {
  @Query(() => ChangeSetPlanType, { description: 'What a rollback would do now. Changes nothing.' })
  async planRollback(
    @Arg('input', () => RollbackInput) input: RollbackInput,
    @Ctx() context: GraphQLContext,
  ): Promise<ChangeSetPlanType> {
    const request = await toRollbackRequest(context, input);
    return toPlanType(await context.changeSets.planRollback(request, originOf(context, input.source)));
  }

  @Mutation(() => CommitChangeSetPayload, {
    description:
      'Makes the configuration, or chosen entities, exactly what they were at a revision, blocks and owners included. It is a ' +
      'change set like any other: refused as a whole if what it leads to would not be valid.',
  })
  async rollback(
    @Arg('input', () => RollbackInput) input: RollbackInput,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    const request = await toRollbackRequest(context, input);
    return await commitAndWait(context, input, (origin) => context.changeSets.rollback(request, origin));
  }
}

export async function toRollbackRequest({ db }: GraphQLContext, input: RollbackInput): Promise<RollbackRequest> {
  const { entities } = input;
  if (entities?.some(({ name }) => !isStorable(name))) {
    throw publicError('BAD_USER_INPUT', 'input.entities: a name is well-formed text without U+0000');
  }
  const to = await revisionOf(db, input.to, 'input.to');
  const chosen = entities?.map(({ kind, name }) => toEntityId(kind, name));
  return { ...toCommitOptions(input), to, ...(chosen && { entities: chosen }) };
}
