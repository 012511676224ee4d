import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Draft, DraftApproval, DraftStatus } from '../../draft/draft.ts';
import { ChangeProblemType, ChangeSetPlanType } from '../change-set/change-set.type.ts';
import { ChangeSourceEnum } from '../enums.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';

export const DraftStatusEnum = {
  OPEN: 'open',
  COMMITTED: 'committed',
  DISCARDED: 'discarded',
  EXPIRED: 'expired',
} as const satisfies Record<string, DraftStatus>;
registerEnumType(DraftStatusEnum, {
  name: 'DraftStatus',
  description: 'What became of a draft.',
  valuesConfig: {
    OPEN: { description: 'It waits.' },
    COMMITTED: { description: 'It is part of the configuration.' },
    DISCARDED: { description: 'It was closed without effect.' },
    EXPIRED: { description: 'It waited for seven days.' },
  },
});

@ObjectType('DraftApproval', { description: 'That somebody else than who proposed a draft agrees.' })
class DraftApprovalType implements DraftApproval {
  @Field(() => String, { description: 'Who agrees.' })
  readonly approver!: string;
  @Field(() => DateTimeScalar, { description: 'Since when.' })
  readonly at!: Date;
}

@ObjectType('Draft', {
  description:
    'Changes that somebody proposed for others to review. What it holds is kept sealed for seven days at most; secrets in ' +
    'it are shown to nobody.',
})
export class DraftType implements Draft {
  @Field(() => ID, { description: 'Its id.' })
  readonly id!: string;
  @Field(() => String, { description: 'What is proposed. Its commit has it as reason, unless another is given.' })
  readonly title!: string;
  @Field(() => String, { description: 'Who proposed it.' })
  readonly proposedBy!: string;
  @Field(() => ChangeSourceEnum, { description: 'What it was proposed through.' })
  readonly source!: Draft['source'];
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly proposedAt!: Date;
  @Field(() => DateTimeScalar, { description: 'When it expires.' })
  readonly expiresAt!: Date;
  @Field(() => RevisionScalar, {
    description: 'It is committed only if nothing that it touches was changed after this revision.',
  })
  readonly baseRevision!: number;
  @Field(() => DraftStatusEnum, { description: 'What became of it.' })
  readonly status!: DraftStatus;
  @Field(() => String, { nullable: true, description: 'Who committed or discarded it.' })
  readonly closedBy!: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was closed.' })
  readonly closedAt!: Date | null;
  @Field(() => RevisionScalar, { nullable: true, description: 'The revision that it was committed as.' })
  readonly revision!: number | null;
  @Field(() => [DraftApprovalType], { description: 'Who agrees, for the base that it has.' })
  readonly approvals!: readonly DraftApprovalType[];
}

@ObjectType('DraftReview', { description: 'A draft with what it would do now.' })
export class DraftReviewType {
  @Field(() => DraftType, { description: 'The draft.' })
  readonly draft!: DraftType;
  @Field(() => ChangeSetPlanType, {
    nullable: true,
    description:
      'What it would do now and what is in its way. A problem `stale_version` is a conflict: somebody changed since what the ' +
      'draft changes; `rebaseDraft` lets the draft go over it. Null if it is closed.',
  })
  readonly plan!: ChangeSetPlanType | null;
}

@ObjectType('DraftPayload', { description: 'What became of something that was done to a draft.' })
export class DraftPayload {
  @Field(() => DraftType, { nullable: true, description: 'As it is afterwards; null if there is none.' })
  readonly draft!: DraftType | null;
  @Field(() => [ChangeProblemType], { description: 'Why nothing was done; empty if it was.' })
  readonly problems!: readonly ChangeProblemType[];
}

@ObjectType('ProposeDraftPayload', { description: 'What became of a proposal.' })
export class ProposeDraftPayload extends DraftPayload {
  @Field(() => ChangeSetPlanType, { description: 'What it would do now.' })
  readonly plan!: ChangeSetPlanType;
}
