import { Field, ObjectType } from 'type-graphql';
import type { Revision } from '../../projection/revision-log.ts';
import { CommittedRevisionType, toCommittedRevisionType } from '../live/committed-revision.type.ts';

@ObjectType('RevisionRecord', { description: 'A change set that was committed, and the revision that it led to.' })
export class RevisionRecordType extends CommittedRevisionType {
  @Field(() => String, { description: 'The checksum of the snapshot that nodes have at it.' })
  readonly checksum!: string;
  @Field(() => String, {
    description: 'The hash of its last event. Kept elsewhere, it shows later whether the log up to here was changed.',
  })
  readonly hash!: string;
}

export const toRevisionRecord = (revision: Revision, hash: string): RevisionRecordType => ({
  ...toCommittedRevisionType(revision),
  checksum: revision.checksum,
  hash,
});
