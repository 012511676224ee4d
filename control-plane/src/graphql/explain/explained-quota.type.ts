import type { EntityKind, QuotaUnit } from '@tollgate/schema';
import { Field, ID, ObjectType } from 'type-graphql';
import type { ChargedQuota } from '../../explain/charged-quotas.ts';
import { entityEnumType } from '../entity/entity-types.ts';
import { EntityKindEnum, QuotaUnitEnum } from '../enums.ts';
import { BigIntScalar, DateTimeScalar } from '../scalars.ts';

const QuotaModeEnum = entityEnumType('QuotaMode');
const QuotaOutageEnum = entityEnumType('QuotaOutage');

@ObjectType('ExplainedQuota', {
  description:
    'A quota of which a request reserved, with what it was charged. What was declared is null if the history does not have it, or who asks may not read it.',
})
export class ExplainedQuotaType {
  @Field(() => ID, { description: 'The id of the quota.' })
  readonly id!: string;
  @Field(() => EntityKindEnum, { nullable: true, description: 'The kind of the entity that declared it.' })
  readonly ownerKind!: EntityKind | null;
  @Field(() => String, { nullable: true, description: 'The name of that entity.' })
  readonly ownerName!: string | null;
  @Field(() => QuotaUnitEnum, { nullable: true, description: 'What it counts.' })
  readonly unit!: QuotaUnit | null;
  @Field(() => String, { nullable: true, description: 'Its window; null for requests under way.' })
  readonly window!: string | null;
  @Field(() => String, { nullable: true, description: 'The model or wildcard whose requests alone count.' })
  readonly model!: string | null;
  @Field(() => BigIntScalar, { nullable: true, description: 'The limit then, with a temporary increase.' })
  readonly limit!: string | null;
  @Field(() => QuotaModeEnum, { nullable: true, description: 'Whether it refused then or only counted.' })
  readonly mode!: string | null;
  @Field(() => QuotaOutageEnum, { nullable: true, description: 'What nodes did that could not ask for more.' })
  readonly onOutage!: string | null;
  @Field(() => BigIntScalar, {
    description: 'What the request was charged, in its unit; 0 if what was reserved was given back.',
  })
  readonly amount!: string;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'The begin of the piece of its window that was charged; null if none was, or the node had no lease of it.',
  })
  readonly slot!: Date | null;
}

export function toExplainedQuota({ id, parsed, declared, limit, amount, slot }: ChargedQuota): ExplainedQuotaType {
  return {
    id,
    ownerKind: parsed?.kind ?? null,
    ownerName: parsed?.name ?? null,
    unit: parsed?.terms.unit ?? null,
    window: parsed?.terms.window ?? null,
    model: parsed?.terms.model ?? null,
    limit: limit === undefined ? null : String(limit),
    mode: declared === undefined ? null : (declared.mode ?? 'enforce'),
    onOutage: declared === undefined ? null : (declared.onOutage ?? 'refuse'),
    amount: String(amount),
    slot: slot === null ? null : new Date(slot),
  };
}
