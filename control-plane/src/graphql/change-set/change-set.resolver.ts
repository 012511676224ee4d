import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { ChangeOrigin, ChangeSetRequest, RequestedChange } from '../../change-set/change-request.ts';
import { VirtualKeyInput } from '../../virtual-key/virtual-key.type.ts';
import type { GraphQLContext } from '../context.ts';
import { EntityKindEnum } from '../enums.ts';
import { publicError } from '../errors.ts';
import { toPlain } from '../plain-input.ts';
import { type ChangeInput, ChangeSetInput, toRequestedChange } from './change-set.input.ts';
import { ChangeSetPlanType, CommitChangeSetPayload, toProblemType } from './change-set.type.ts';

type Source = ChangeOrigin['source'];

/** Plans and commits; every mutation is a change set. */
@Resolver()
export class ChangeSetResolver {
  @Query(() => ChangeSetPlanType, { description: 'What a change set would do now. Changes nothing.' })
  async planChangeSet(
    @Arg('input', () => ChangeSetInput) input: ChangeSetInput,
    @Ctx() { changeSets }: GraphQLContext,
  ): Promise<ChangeSetPlanType> {
    const plan = await changeSets.plan(toRequest(input));
    return { ...plan, problems: plan.problems.map(toProblemType) };
  }

  @Mutation(() => CommitChangeSetPayload, { description: 'Commits all changes as one revision, or none of them.' })
  commitChangeSet(
    @Arg('input', () => ChangeSetInput) input: ChangeSetInput,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    return commit(context, toRequest(input), input.source);
  }

  @Mutation(() => CommitChangeSetPayload, { description: 'Creates a virtual key; refused if the name is taken.' })
  createVirtualKey(
    @Arg('name', () => String) name: string,
    @Arg('spec', () => VirtualKeyInput, { defaultValue: {} }) spec: VirtualKeyInput,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    const declaration = toPlain(spec);
    return commitOne(context, { op: 'put', kind: 'virtual-key', name, declaration, onlyCreate: true });
  }

  @Mutation(() => CommitChangeSetPayload, { description: 'Refuses a virtual key from now on.' })
  blockVirtualKey(
    @Arg('name', () => String) name: string,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    return commitOne(context, { op: 'block', kind: 'virtual-key', name });
  }

  @Mutation(() => CommitChangeSetPayload, { description: 'Takes a blocked virtual key again.' })
  unblockVirtualKey(
    @Arg('name', () => String) name: string,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    return commitOne(context, { op: 'unblock', kind: 'virtual-key', name });
  }

  @Mutation(() => CommitChangeSetPayload, { description: 'Deletes an entity that no other refers to.' })
  deleteEntity(
    @Arg('kind', () => EntityKindEnum) kind: (typeof EntityKindEnum)[keyof typeof EntityKindEnum],
    @Arg('name', () => String) name: string,
    @Ctx() context: GraphQLContext,
  ): Promise<CommitChangeSetPayload> {
    return commitOne(context, { op: 'delete', kind, name });
  }
}

const commitOne = (context: GraphQLContext, change: RequestedChange): Promise<CommitChangeSetPayload> =>
  commit(context, { changes: [change] }, 'api');

async function commit(
  { changeSets, actor }: GraphQLContext,
  request: ChangeSetRequest,
  source: Source,
): Promise<CommitChangeSetPayload> {
  if (actor === undefined) throw publicError('UNAUTHENTICATED', 'an admin token is needed', 401);
  const result = await changeSets.commit(request, { actor, source });
  return { ...result, problems: result.problems.map(toProblemType) };
}

function toRequest({ changes, expectedRevision, reason }: ChangeSetInput): ChangeSetRequest {
  return {
    changes: changes.map((change, index) => toChange(change, index)),
    ...(typeof expectedRevision === 'number' && { expectedRevision }),
    ...(typeof reason === 'string' && { reason }),
  };
}

function toChange(input: ChangeInput, index: number): RequestedChange {
  const change = toRequestedChange(input);
  if (!change) throw publicError('BAD_USER_INPUT', `input.changes[${index}] must have exactly one field set`);
  return change.op === 'put' ? { ...change, declaration: toPlain(change.declaration) } : change;
}
