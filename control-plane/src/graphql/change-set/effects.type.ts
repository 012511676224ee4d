import type { EntityKind } from '@tollgate/schema';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { type EntityId, parseEntityId } from '../../aggregate/entity.ts';
import type { ChangeEffects } from '../../effects/change-effects.ts';
import type { AffectedEntity } from '../../effects/find-effects.ts';
import { EntityKindEnum } from '../enums.ts';

@ObjectType('LimitEffect', { description: 'A budget or rate limit that binds an entity and changes.' })
class LimitEffectType {
  @Field(() => ID, { description: 'The id of the entity that it is set on: the one affected, or one it belongs to.' })
  readonly setOn!: EntityId;
  @Field(() => String, { description: 'What it counts, such as `USD per day` or `requests per 1m`.' })
  readonly measure!: string;
  @Field(() => String, { nullable: true, description: 'How much was let through; null if there was no such limit.' })
  readonly before!: string | null;
  @Field(() => String, { nullable: true, description: 'How much will be; null if there will be no such limit.' })
  readonly after!: string | null;
  @Field(() => Boolean, { description: 'Whether more is let through than before; if not, less is.' })
  readonly isRaised!: boolean;
}

@ObjectType('AffectedEntity', {
  description: 'A key, or what keys belong to, that a change set concerns beyond what is changed of it.',
})
class AffectedEntityType {
  @Field(() => EntityKindEnum, { description: 'Its kind.' })
  readonly kind!: EntityKind;
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;
  @Field(() => String, { nullable: true, description: 'Why the key stops working; null if it does not.' })
  readonly stops!: string | null;
  @Field(() => Boolean, { description: 'Whether the key works again.' })
  readonly starts!: boolean;
  @Field(() => [String], { description: 'Models, or wildcards of them, that may be asked for from then on.' })
  readonly modelsGained!: readonly string[];
  @Field(() => [String], { description: 'Models, or wildcards of them, that may no longer be asked for.' })
  readonly modelsLost!: readonly string[];
  @Field(() => [LimitEffectType], { description: 'Limits that bind it and change.' })
  readonly limits!: readonly LimitEffectType[];
}

@ObjectType('ChangeSetEffects', { description: 'What a change set means for keys and for what they belong to.' })
export class ChangeSetEffectsType {
  @Field(() => [AffectedEntityType], {
    description:
      'The worst first: what stops, what loses models, what gets less; then the widest tenants. At most 200.',
  })
  readonly affected!: readonly AffectedEntityType[];
  @Field(() => Int, { description: 'How many more are affected than are listed.' })
  readonly more!: number;
  @Field(() => Int, { description: 'How many are affected besides that you may not see.' })
  readonly hidden!: number;
  @Field(() => Boolean, { description: 'False if so many may be affected that not all of them were looked at.' })
  readonly isComplete!: boolean;
}

const LISTED_MAX = 200;

export function toEffectsType({ affected, hidden, isComplete }: ChangeEffects): ChangeSetEffectsType {
  const listed = affected.slice(0, LISTED_MAX);
  return { affected: listed.map(toAffectedType), more: affected.length - listed.length, hidden, isComplete };
}

const toAffectedType = ({ id, limits, stoppedBy: _, ...rest }: AffectedEntity): AffectedEntityType => ({
  ...parseEntityId(id),
  ...rest,
  limits: limits.map(({ direction, ...limit }) => ({ ...limit, isRaised: direction === 'up' })),
});
