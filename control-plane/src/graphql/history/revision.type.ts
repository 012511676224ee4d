import { Field, ID, ObjectType } from 'type-graphql';
import type { Revision } from '../../projection/revision-log.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';

@ObjectType('RevisionRecord', { description: 'A change set that was committed, and the revision that it led to.' })
export class RevisionRecordType {
  @Field(() => RevisionScalar, { description: 'The revision: the position of its last event.' })
  readonly revision!: number;
  @Field(() => ID, { description: 'The id of the change set.' })
  readonly changeSetId!: string;
  @Field(() => String, { description: 'Who committed it.' })
  readonly actor!: string;
  @Field(() => String, { description: 'What it was made through.' })
  readonly source!: string;
  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason!: string | null;
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly committedAt!: Date;
  @Field(() => String, { description: 'The checksum of the snapshot that nodes have at it.' })
  readonly checksum!: string;
  @Field(() => String, {
    description: 'The hash of its last event. Kept elsewhere, it shows later whether the log up to here was changed.',
  })
  readonly hash!: string;
}

export const toRevisionRecord = (revision: Revision, hash: string): RevisionRecordType => ({
  ...revision,
  reason: revision.reason ?? null,
  hash,
});
