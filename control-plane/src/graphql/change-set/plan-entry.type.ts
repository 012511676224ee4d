import type { EntityKind } from '@tollgate/schema';
import { Field, Int, ObjectType } from 'type-graphql';
import type { OwnedSince } from '../../aggregate/entity.ts';
import type { PlanAction, PlanEntry, PreviousChange } from '../../change-set/plan-entry.ts';
import type { ChangeCause } from '../../change-set/planned-command.ts';
import { ChangeCauseEnum, ChangeSourceEnum, EntityKindEnum, PlanActionEnum } from '../enums.ts';
import { OwnedSinceType } from '../node-fields.ts';
import { DateTimeScalar, RevisionScalar } from '../scalars.ts';
import { FieldChangeType } from './field-change.type.ts';

@ObjectType('PreviousChange', { description: 'How an entity came to be what it is before a change set.' })
class PreviousChangeType implements PreviousChange {
  @Field(() => Int, { description: 'Its version; to be expected by a change that must not overwrite a later one.' })
  readonly version!: number;
  @Field(() => RevisionScalar, { description: 'The revision that changed it last.' })
  readonly revision!: number;
  @Field(() => String, { description: 'Who owns it: the name of a document, or what it was made through.' })
  readonly owner!: string;
  @Field(() => OwnedSinceType, { description: 'Since when it belongs to that owner without a break.' })
  readonly ownedSince!: OwnedSince;
  @Field(() => String, { description: 'Who changed it last.' })
  readonly actor!: string;
  @Field(() => ChangeSourceEnum, { description: 'What that was made through.' })
  readonly source!: string;
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly at!: Date;
}

@ObjectType('PlanEntry', {
  description: 'What a change set does to one entity. Those that stay as they are have none.',
})
export class PlanEntryType implements PlanEntry {
  @Field(() => PlanActionEnum, { description: 'What happens to it.' })
  readonly action!: PlanAction;
  @Field(() => EntityKindEnum, { description: 'Its kind.' })
  readonly kind!: EntityKind;
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;
  @Field(() => [FieldChangeType], { description: 'Each field that changes.' })
  readonly fields!: readonly FieldChangeType[];
  @Field(() => ChangeCauseEnum, { description: 'Why it is among them.' })
  readonly cause!: ChangeCause;
  @Field(() => String, { nullable: true, description: 'Who owns it afterwards; null if it is deleted.' })
  readonly owner!: string | null;
  @Field(() => [String], {
    description: 'Fields that are stored but that nothing enforces in this version; `*` if all of it is so.',
  })
  readonly notEnforced!: readonly string[];
  @Field(() => PreviousChangeType, {
    nullable: true,
    description:
      'Who changed it last before, and when, so that a plan shows what was changed elsewhere; null if it is new.',
  })
  readonly previous!: PreviousChange | null;
}
