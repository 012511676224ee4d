import { Field, InputType } from 'type-graphql';
import type { ChangeSetOptions, ChangeSource } from '../../change-set/change-request.ts';
import { ChangeSourceEnum } from '../enums.ts';
import { AwaitPropagationInput } from '../fleet/propagation.input.ts';
import { RevisionScalar } from '../scalars.ts';

/** What can be said of whatever commits, be it changes, a rollback or a draft. */
@InputType()
export abstract class CommitOptionsInput {
  @Field(() => RevisionScalar, {
    nullable: true,
    description: 'Refuses the change set if this is no longer the current revision.',
  })
  readonly expectedRevision?: number | null;
  @Field(() => RevisionScalar, {
    nullable: true,
    description:
      'Refuses the change set if an entity that it touches was changed after this revision; others may have been.',
  })
  readonly unchangedSince?: number | null;
  @Field(() => String, {
    nullable: true,
    description:
      'Sent again by the same actor within 24 hours, the same request is answered as the first time, without secrets, and ' +
      'carried out once. 1 to 200 characters.',
  })
  readonly idempotencyKey?: string | null;
  @Field(() => String, { nullable: true, description: 'Why, for the history.' })
  readonly reason?: string | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Commits without the approvals that rules ask for. Only the admin token may, and gives a reason.',
  })
  readonly overrideApproval!: boolean;
  @Field(() => ChangeSourceEnum, { defaultValue: ChangeSourceEnum.API, description: 'What it was made through.' })
  readonly source!: ChangeSource;
  @Field(() => AwaitPropagationInput, {
    nullable: true,
    description: 'Answers only once nodes enforce the revision; left out, as soon as it is committed.',
  })
  readonly awaitPropagation?: AwaitPropagationInput | null;
}

/** The options without those that are unset. */
export function toCommitOptions(input: CommitOptionsInput): ChangeSetOptions {
  const { expectedRevision, unchangedSince, idempotencyKey, overrideApproval, reason } = input;
  return {
    ...(overrideApproval && { overrideApproval }),
    ...(typeof expectedRevision === 'number' && { expectedRevision }),
    ...(typeof unchangedSince === 'number' && { unchangedSince }),
    ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
    ...(typeof reason === 'string' && { reason }),
  };
}
