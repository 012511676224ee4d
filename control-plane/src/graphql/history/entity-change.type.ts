import { Field, Int, ObjectType } from 'type-graphql';
import type { EntityId } from '../../aggregate/entity.ts';
import { type ChangeAction, describeChange } from '../../history/describe-change.ts';
import type { EntityChange } from '../../history/entity-history.ts';
import { FieldChangeType } from '../change-set/field-change.type.ts';
import { PlanActionEnum } from '../enums.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';
import { ProvenanceFields, toProvenance } from './provenance.type.ts';

@ObjectType('EntityChange', { description: 'Something that happened to an entity.' })
export class EntityChangeType extends ProvenanceFields {
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
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly at!: Date;
}

export function toEntityChangeType({ event, revision, before, after }: EntityChange): EntityChangeType {
  const { version, position, type, recordedAt, metadata } = event;
  const change = describeChange(event.streamId as EntityId, before, after);
  return {
    ...toProvenance(metadata),
    version,
    revision,
    position,
    type,
    action: change?.action ?? 'update',
    fields: change?.fields ?? [],
    at: recordedAt,
  };
}
