import { type EntityKind, parseQuotaId, type QuotaUnit } from '@tollgate/schema';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { toEntityId } from '../../aggregate/entity.ts';
import type { QuotaState } from '../../quota/quota-state.ts';
import { entityEnumType } from '../entity/entity-types.ts';
import { EntityKindEnum, QuotaUnitEnum } from '../enums.ts';
import { BigIntScalar, DateTimeScalar } from '../scalars.ts';

const QuotaModeEnum = entityEnumType('QuotaMode');
const QuotaOutageEnum = entityEnumType('QuotaOutage');

@ObjectType('Quota', {
  description:
    'A budget or rate limit as it stands now. Amounts are whole numbers of its unit; money is in nano-USD (10⁻⁹ USD).',
})
export class QuotaType {
  @Field(() => ID, {
    description: 'Names what is counted, whatever the limit: another window or time zone is another quota.',
  })
  readonly id!: string;
  @Field(() => ID, { description: 'The id of the entity that declares it.' })
  readonly owner!: string;
  @Field(() => EntityKindEnum, { description: 'The kind of that entity.' })
  readonly ownerKind!: EntityKind;
  @Field(() => String, { description: 'The name of that entity.' })
  readonly ownerName!: string;
  @Field(() => QuotaUnitEnum, { description: 'What it counts.' })
  readonly unit!: QuotaUnit;
  @Field(() => BigIntScalar, { description: 'What holds now: the declared limit, with a temporary increase.' })
  readonly limit!: string;
  @Field(() => BigIntScalar, { description: 'The declared limit.' })
  readonly declaredLimit!: string;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When a temporary increase ends, or has ended.' })
  readonly increaseEndsAt!: Date | null;
  @Field(() => String, { nullable: true, description: 'As it was declared; null for requests under way.' })
  readonly window!: string | null;
  @Field(() => String, { description: 'The time zone whose calendar the window follows, if it follows one.' })
  readonly timezone!: string;
  @Field(() => String, {
    nullable: true,
    description: 'The model or wildcard whose requests alone count; null for all.',
  })
  readonly model!: string | null;
  @Field(() => QuotaModeEnum, { description: 'Whether it refuses or only counts.' })
  readonly mode!: string;
  @Field(() => QuotaOutageEnum, { description: 'What nodes do that cannot ask for more and have none left.' })
  readonly onOutage!: string;
  @Field(() => BigIntScalar, {
    description:
      'Spent within the window, as nodes have told it, with corrections; they tell it every second. Below 0 if more was ' +
      'given back than was spent.',
  })
  readonly settled!: string;
  @Field(() => BigIntScalar, { description: 'Leased to nodes, and not known to be spent or given back.' })
  readonly leased!: string;
  @Field(() => BigIntScalar, { description: 'What can still be leased.' })
  readonly remaining!: string;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When room comes back; null is never.' })
  readonly resetsAt!: Date | null;
  @Field(() => BigIntScalar, { nullable: true, description: 'What is told of but not refused.' })
  readonly softLimit!: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is spent up to the soft limit; null if it has none.',
  })
  readonly softLimitReached!: boolean | null;
  @Field(() => BigIntScalar, { description: 'Requests within the window that shadow mode would have refused.' })
  readonly shadowRefusals!: string;
  @Field(() => Int, { description: 'How many runs of nodes hold a part of it.' })
  readonly holders!: number;
  @Field(() => BigIntScalar, {
    nullable: true,
    description:
      'What was counted more than the usage records say, when the two were last compared and all records were there; it is ' +
      'corrected then. Null if that was not yet.',
  })
  readonly drift!: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When that was.' })
  readonly checkedAt!: Date | null;
}

export function toQuotaType(state: QuotaState): QuotaType {
  const { quota, limit, settled, leased, remaining, resetsAt, isSoftLimitReached, shadowRefusals, holders, check } =
    state;
  const { id, unit, timezone, model, mode, onOutage, softLimit, increase } = quota;
  const parsed = parseQuotaId(id);
  if (parsed === undefined) throw new Error(`${id} is no quota's id`);
  return {
    id,
    owner: toEntityId(parsed.kind, parsed.name),
    ownerKind: parsed.kind,
    ownerName: parsed.name,
    unit,
    limit: String(limit),
    declaredLimit: String(quota.limit),
    increaseEndsAt: increase === undefined ? null : new Date(increase.untilMs),
    window: parsed.terms.window ?? null,
    timezone,
    model: model ?? null,
    mode: mode ?? 'enforce',
    onOutage: onOutage ?? 'refuse',
    settled: String(settled),
    leased: String(leased),
    remaining: String(remaining),
    resetsAt: resetsAt ?? null,
    softLimit: softLimit === undefined ? null : String(softLimit),
    softLimitReached: isSoftLimitReached ?? null,
    shadowRefusals: String(shadowRefusals),
    holders,
    drift: check === undefined ? null : String(check.drift),
    checkedAt: check?.checkedAt ?? null,
  };
}
