import { Field, ID, ObjectType } from 'type-graphql';
import type { Revision } from '../../projection/revision-log.ts';
import { ChangeSourceEnum } from '../enums.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';

@ObjectType('CommittedRevision', { description: 'A change set that was committed, and the revision that it led to.' })
export class CommittedRevisionType {
  @Field(() => RevisionScalar, { description: 'The revision: the position of its last event.' })
  readonly revision!: number;
  @Field(() => ID, { description: 'The id of the change set.' })
  readonly changeSetId!: string;
  @Field(() => String, { description: 'Who committed it.' })
  readonly actor!: string;
  @Field(() => ChangeSourceEnum, { description: 'What it was made through.' })
  readonly source!: string;
  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason!: string | null;
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly committedAt!: Date;
}

export const toCommittedRevisionType = (revision: Revision): CommittedRevisionType => ({
  revision: revision.revision,
  changeSetId: revision.changeSetId,
  actor: revision.actor,
  source: revision.source,
  reason: revision.reason ?? null,
  committedAt: revision.committedAt,
});
