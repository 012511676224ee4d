import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { ChangeSetRequest, RequestedChange } from '../../change-set/change-request.ts';
import type { GraphQLContext } from '../context.ts';
import { publicError } from '../errors.ts';
import { type ChangeInput, toRequestedChange } from './change.input.ts';
import { ChangeSetInput } from './change-set.input.ts';
import { ChangeSetPlanType, CommitChangeSetPayload, toPlanType } from './change-set.type.ts';
import { commitAndWait, originOf } from './commit.ts';
import { toCommitOptions } from './commit-options.input.ts';

/** Plans and commits; every mutation is a change set. */
@Resolver()
export class ChangeSetResolver {
  @Query(() => ChangeSetPlanType, { description: 'What a change set would do now. Changes nothing.' })
  planChangeSet(
    @Arg('input', () => ChangeSetInput) input: ChangeSetInput,
    @Ctx() context: GraphQLContext,
  ): Promise<ChangeSetPlanType> {
    return planChangeSet(input, context);
  }

  @Mutation(() => CommitChangeSetPayload, { description: 'Commits all changes as one revision, or none of them.' })
  commitChangeSet(
    @Arg('input', () => ChangeSetInput) input: ChangeSetInput,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    return commitChangeSet(input, context);
  }
}

export async function planChangeSet(input: ChangeSetInput, context: GraphQLContext): Promise<ChangeSetPlanType> {
  return toPlanType(await context.changeSets.plan(toChangeSetRequest(input), originOf(context, input.source)));
}

export function commitChangeSet(input: ChangeSetInput, context: GraphQLContext): Promise<CommitChangeSetPayload> {
  const request = toChangeSetRequest(input);
  return commitAndWait(context, input, (origin) => context.changeSets.commit(request, origin));
}

export function toChangeSetRequest(input: ChangeSetInput): ChangeSetRequest {
  const { changes, owner, takeOver, prune } = input;
  return {
    ...toCommitOptions(input),
    ...(typeof owner === 'string' && { owner }),
    takeOver,
    prune,
    changes: changes.map((change, index) => toChange(change, index)),
  };
}

function toChange(input: ChangeInput, index: number): RequestedChange {
  const change = toRequestedChange(input);
  if (!change) throw publicError('BAD_USER_INPUT', `input.changes[${index}] must have exactly one field set`);
  return change;
}
