import type { EntityKind } from '@tollgate/schema';
import { Field, ID, ObjectType } from 'type-graphql';
import { parseEntityId } from '../../aggregate/entity.ts';
import { type ChangeAction, describeChange } from '../../history/describe-change.ts';
import type { Difference } from '../../history/differences.ts';
import { FieldChangeType } from '../change-set/field-change.type.ts';
import { EntityKindEnum, PlanActionEnum } from '../enums.ts';

@ObjectType('Difference', { description: 'How an entity differs between two revisions. Those that do not have none.' })
export class DifferenceType {
  @Field(() => ID, { description: 'The id of the entity.' })
  readonly id!: string;
  @Field(() => EntityKindEnum, { description: 'Its kind.' })
  readonly kind!: EntityKind;
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;
  @Field(() => PlanActionEnum, { description: 'What leads from the one to the other.' })
  readonly action!: ChangeAction;
  @Field(() => [FieldChangeType], { description: 'Each field that differs.' })
  readonly fields!: readonly FieldChangeType[];
  @Field(() => String, { nullable: true, description: 'Who owned it; null if it was not there.' })
  readonly ownerBefore!: string | null;
  @Field(() => String, { nullable: true, description: 'Who owned it then; null if it was not there.' })
  readonly ownerAfter!: string | null;
}

export function toDifferenceType({ id, before, after }: Difference): DifferenceType {
  const change = describeChange(id, before, after);
  return {
    id,
    ...parseEntityId(id),
    action: change?.action ?? 'update',
    fields: change?.fields ?? [],
    ownerBefore: before?.owner ?? null,
    ownerAfter: after?.owner ?? null,
  };
}
