import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { EntityId } from '../../aggregate/entity.ts';
import { type ChangeAction, describeChange } from '../../history/describe-change.ts';
import type { EntityChange } from '../../history/entity-history.ts';
import { FieldChangeType } from '../change-set/field-change.type.ts';
import { PlanActionEnum } from '../enums.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';

@ObjectType('EntityChange', { description: 'Something that happened to an entity.' })
export class EntityChangeType {
  @Field(() => Int, { description: 'The version of the entity that it led to.' })
  readonly version!: number;
  @Field(() => RevisionScalar, { description: 'The revision that it is part of.' })
  readonly revision!: number;
  @Field(() => RevisionScalar, { description: 'The place of the event in the log.' })
  readonly position!: number;
  @Field(() => String, { description: 'The type of the event, such as `ModelUpdated`.' })
  readonly type!: string;
  @Field(() => PlanActionEnum, { description: 'What it did to the entity.' })
  readonly action!: ChangeAction;
  @Field(() => [FieldChangeType], { description: 'Each field that it changed.' })
  readonly fields!: readonly FieldChangeType[];
  @Field(() => String, { description: 'Who brought it about.' })
  readonly actor!: string;
  @Field(() => String, { description: 'What it was made through.' })
  readonly source!: string;
  @Field(() => String, { description: 'Who owned the entity from then on: the name of a document, or a source.' })
  readonly owner!: string;
  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason!: string | null;
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly at!: Date;
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
}

export function toEntityChangeType({ event, revision, before, after }: EntityChange): EntityChangeType {
  const { version, position, type, recordedAt, metadata } = event;
  const change = describeChange(event.streamId as EntityId, before, after);
  return {
    version,
    revision,
    position,
    type,
    action: change?.action ?? 'update',
    fields: change?.fields ?? [],
    actor: metadata.actor,
    source: metadata.source,
    owner: metadata.owner,
    reason: metadata.reason ?? null,
    at: recordedAt,
    changeSetId: metadata.changeSetId,
    rolledBackTo: metadata.rolledBackTo ?? null,
    draftId: metadata.draftId ?? null,
    proposedBy: metadata.proposedBy ?? null,
    approvedBy: metadata.approvedBy ?? [],
  };
}
