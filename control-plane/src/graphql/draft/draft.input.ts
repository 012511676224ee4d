import { Field, InputType } from 'type-graphql';
import { holdsOne } from '../../access/decide.ts';
import { fieldPolicy } from '../../access/field-policy.ts';
import { explainRefusal } from '../../access/refusal.ts';
import type { ChangeSource } from '../../change-set/change-request.ts';
import type { DraftContent } from '../../draft/draft.ts';
import { principalOf } from '../access/subject.ts';
import { ChangeSetInput } from '../change-set/change-set.input.ts';
import { toChangeSetRequest } from '../change-set/change-set.resolver.ts';
import type { GraphQLContext } from '../context.ts';
import { ChangeSourceEnum } from '../enums.ts';
import { publicError } from '../errors.ts';
import { AwaitPropagationInput } from '../fleet/propagation.input.ts';
import { RollbackInput, toRollbackRequest } from '../history/rollback.resolver.ts';
import { RevisionScalar } from '../scalars.ts';

@InputType({ description: 'What is proposed: a change set or a rollback.' })
export class ProposeDraftInput {
  @Field(() => String, { description: 'Says what is proposed, in at most 200 characters.' })
  readonly title!: string;
  @Field(() => ChangeSetInput, { nullable: true, description: 'Changes; or a rollback.' })
  readonly changeSet?: ChangeSetInput | null;
  @Field(() => RollbackInput, { nullable: true, description: 'A rollback; or changes.' })
  readonly rollback?: RollbackInput | null;
}

export const ON_BASE =
  'The base that it had when it was looked at. Refuses if it has another, for it may do something else then.';

@InputType({ description: 'How a draft is committed.' })
export class CommitDraftInput {
  @Field(() => String, { nullable: true, description: 'Why, for the history; left out, the title of the draft.' })
  readonly reason?: string | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Commits without the approvals that rules ask for. Only the admin token may, and gives a reason.',
  })
  readonly overrideApproval!: boolean;
  @Field(() => RevisionScalar, { nullable: true, description: ON_BASE })
  readonly onBase?: number | null;
  @Field(() => ChangeSourceEnum, { defaultValue: ChangeSourceEnum.API, description: 'What it is committed through.' })
  readonly source!: ChangeSource;
  @Field(() => AwaitPropagationInput, {
    nullable: true,
    description: 'Answers only once nodes enforce the revision; left out, as soon as it is committed.',
  })
  readonly awaitPropagation?: AwaitPropagationInput | null;
}

export type Proposed = { readonly content: DraftContent; readonly source: ChangeSource };

/** @throws GraphQLError unless exactly one thing is proposed */
export async function toProposed(
  context: GraphQLContext,
  { changeSet, rollback }: ProposeDraftInput,
): Promise<Proposed> {
  if (changeSet && !rollback) {
    return { content: { op: 'change-set', request: toChangeSetRequest(changeSet) }, source: changeSet.source };
  }
  if (rollback && !changeSet) {
    checkMayRollBack(context);
    return {
      content: { op: 'rollback', request: await toRollbackRequest(context, rollback) },
      source: rollback.source,
    };
  }
  throw publicError('BAD_USER_INPUT', 'input must have exactly one of changeSet and rollback');
}

/** Who may not roll back may not propose to either. */
function checkMayRollBack(context: GraphQLContext): void {
  const who = fieldPolicy.Mutation['rollback']?.who ?? [];
  if (who === 'everyone' || holdsOne(principalOf(context), who, [])) return;
  const needed = { role: who.at(-1) ?? 'platform-admin', on: 'platform' } as const;
  throw publicError('FORBIDDEN', explainRefusal('to roll back', { kind: 'refused', needed }), 403);
}
