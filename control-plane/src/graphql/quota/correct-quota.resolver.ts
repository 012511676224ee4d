import { parseQuotaId } from '@tollgate/schema';
import { Arg, Args, ArgsType, Ctx, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { ChangeSource } from '../../change-set/change-request.ts';
import { isStorable } from '../../change-set/declaration-problems.ts';
import type { Correction, CorrectionResult } from '../../quota/correct-quota.ts';
import { readQuotasByIds } from '../../quota/read-declared-quotas.ts';
import type { GraphQLContext } from '../context.ts';
import { ChangeSourceEnum } from '../enums.ts';
import { publicError } from '../errors.ts';
import { BigIntScalar, RevisionScalar } from '../scalars.ts';
import { actOriginOf, checkAct } from './act-origin.ts';
import { QuotaType, toQuotaType } from './quota.type.ts';

@ArgsType()
class CorrectionArgs {
  @Field(() => ID, { description: 'The id of the quota.' })
  readonly id!: string;
  @Field(() => String, { description: 'Why, for the history.' })
  readonly reason!: string;
  @Field(() => String, {
    nullable: true,
    description:
      'Sent again by the same actor within 24 hours, the same request is carried out once. 1 to 200 characters.',
  })
  readonly idempotencyKey?: string | null;
  @Field(() => ChangeSourceEnum, { defaultValue: ChangeSourceEnum.API, description: 'What it is made through.' })
  readonly source!: ChangeSource;
}

@ObjectType('CorrectQuotaPayload', { description: 'What became of a correction.' })
class CorrectQuotaPayload {
  @Field(() => RevisionScalar, { description: 'The revision that it led to.' })
  readonly revision!: number;
  @Field(() => ID, { nullable: true, description: 'Its id in the log.' })
  readonly changeSetId!: string | null;
  @Field(() => Boolean, { description: 'Whether it was carried out before under the same idempotency key.' })
  readonly replayed!: boolean;
  @Field(() => QuotaType, { description: 'How the quota stands now.' })
  readonly quota!: QuotaType;
}

/** Corrections are events, as changes are; they leave what is declared. */
@Resolver()
export class CorrectQuotaResolver {
  @Mutation(() => CorrectQuotaPayload, {
    description: 'Gives back, or takes, some of a quota’s current window, at once and on all nodes.',
  })
  adjustQuota(
    @Args(() => CorrectionArgs) args: CorrectionArgs,
    @Arg('amount', () => BigIntScalar, {
      description: 'In the unit of the quota. Positive gives room back, negative takes some; not 0.',
    })
    amount: string,
    @Ctx() context: GraphQLContext,
  ): Promise<CorrectQuotaPayload> {
    return correct(context, args, { op: 'adjust', amount: toAmount(amount) });
  }

  @Mutation(() => CorrectQuotaPayload, {
    description: 'Counts nothing of what a quota has settled in its current window. What is leased stays leased.',
  })
  resetQuota(
    @Args(() => CorrectionArgs) args: CorrectionArgs,
    @Ctx() context: GraphQLContext,
  ): Promise<CorrectQuotaPayload> {
    return correct(context, args, { op: 'reset' });
  }
}

function toAmount(text: string): number {
  const amount = Number(text);
  if (Number.isSafeInteger(amount) && amount !== 0) return amount;
  throw publicError('BAD_USER_INPUT', 'amount: a whole number other than 0, of at most 2⁵³ − 1');
}

async function correct(
  context: GraphQLContext,
  { id, reason, idempotencyKey, source }: CorrectionArgs,
  correction: Correction,
): Promise<CorrectQuotaPayload> {
  checkAct(reason, idempotencyKey);
  const request = { id, correction, reason, ...(typeof idempotencyKey === 'string' && { idempotencyKey }) };
  const isPossible = isStorable(id) && parseQuotaId(id) !== undefined;
  const origin = actOriginOf(context, source);
  const result = isPossible ? await context.quotas.correct(request, origin) : ({ kind: 'not found' } as const);
  if (result.kind !== 'corrected') throw toError(id, result);
  const [state] = await context.quotas.read(await readQuotasByIds(context.db, [id]));
  if (state === undefined) throw toError(id, { kind: 'not found' });
  const { revision, changeSetId, isReplayed } = result;
  return { revision, changeSetId, replayed: isReplayed, quota: toQuotaType(state) };
}

function toError(id: string, result: Exclude<CorrectionResult, { kind: 'corrected' }>) {
  switch (result.kind) {
    case 'not found':
      return publicError('NOT_FOUND', `there is no quota ${id}`);
    case 'forbidden':
      return publicError('FORBIDDEN', result.explain(`to correct ${id}`));
    case 'refused':
      return publicError('BAD_USER_INPUT', result.message);
    default:
      return result satisfies never;
  }
}
