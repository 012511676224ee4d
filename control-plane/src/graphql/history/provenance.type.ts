import { Field, ID, ObjectType } from 'type-graphql';
import type { EventMetadata } from '../../event-store/stored-event.ts';
import { ChangeSourceEnum } from '../enums.ts';
import { RevisionScalar } from '../scalars.ts';

/** Who brought an event about, through what, and why. */
@ObjectType()
export abstract class ProvenanceFields {
  @Field(() => String, { description: 'Who brought it about.' })
  readonly actor!: string;
  @Field(() => ChangeSourceEnum, { description: 'What it was made through.' })
  readonly source!: string;
  @Field(() => String, { description: 'Who owned the entity from then on: the name of a document, or a source.' })
  readonly owner!: string;
  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason!: string | null;
  @Field(() => ID, { description: 'The change set that it is part of.' })
  readonly changeSetId!: string;
  @Field(() => RevisionScalar, { nullable: true, description: 'The revision that a rollback went back to.' })
  readonly rolledBackTo!: number | null;
  @Field(() => ID, { nullable: true, description: 'The draft that was committed.' })
  readonly draftId!: string | null;
  @Field(() => String, { nullable: true, description: 'Who proposed the draft.' })
  readonly proposedBy!: string | null;
  @Field(() => [String], { description: 'Who approved the draft.' })
  readonly approvedBy!: readonly string[];
  @Field(() => Boolean, { description: 'Whether it was committed without the approvals that rules asked for.' })
  readonly approvalOverridden!: boolean;
}

export const toProvenance = (metadata: EventMetadata): ProvenanceFields => ({
  actor: metadata.actor,
  source: metadata.source,
  owner: metadata.owner,
  reason: metadata.reason ?? null,
  changeSetId: metadata.changeSetId,
  rolledBackTo: metadata.rolledBackTo ?? null,
  draftId: metadata.draftId ?? null,
  proposedBy: metadata.proposedBy ?? null,
  approvedBy: metadata.approvedBy ?? [],
  approvalOverridden: metadata.approvalOverridden ?? false,
});
