import type { AttemptDetail } from '@tollgate/schema';
import { Field, Int, ObjectType } from 'type-graphql';
import { BigIntScalar, CountScalar } from '../scalars.ts';

/** What is told of each call to a provider. */
@ObjectType()
export abstract class AttemptFields {
  @Field(() => String, { description: 'The public model whose deployment was called.' })
  readonly model!: string;
  @Field(() => String, { description: 'The deployment that was called.' })
  readonly deployment!: string;
  @Field(() => String, { description: 'The name of the provider.' })
  readonly provider!: string;
  @Field(() => String, { description: 'The name of the model at the provider.' })
  readonly upstreamModel!: string;
  @Field(() => String, {
    description:
      'Why it was made: `first`, `another` (deployment of the order), `again` (the same), `hedge` (beside the first), `next_order`, `fallback`, `context_fallback`, `content_policy_fallback` or `budget_fallback`.',
  })
  readonly reason!: string;
  @Field(() => String, { description: 'How it ended; `cancelled` if it was dropped because another answered first.' })
  readonly cause!: string;
  @Field(() => Int, { description: 'The HTTP status that the client would have got.' })
  readonly status!: number;
  @Field(() => String, { nullable: true, description: 'The code of the error.' })
  readonly errorCode!: string | null;
  @Field(() => CountScalar, { description: 'How long it took, in microseconds.' })
  readonly durationUs!: number;
  @Field(() => CountScalar, { description: 'Tokens of the prompt that are charged.' })
  readonly tokensInput!: number;
  @Field(() => CountScalar, { description: 'Tokens of the answer that are charged.' })
  readonly tokensOutput!: number;
  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'The cost in nano-USD, 0 if not charged; null if unpriced.',
  })
  readonly costNanoUsd!: string | null;
}

@ObjectType('RequestAttempt', { description: 'One of several calls to providers that a request took.' })
export class RequestAttemptType extends AttemptFields {
  @Field(() => CountScalar, { description: 'Microseconds from the arrival of the request to this call.' })
  readonly startedUs!: number;
}

export const toAttemptFields = (attempt: Omit<AttemptDetail, 'startedUs'>): AttemptFields => ({
  model: attempt.model,
  deployment: attempt.deployment,
  provider: attempt.providerName,
  upstreamModel: attempt.upstreamModel,
  reason: attempt.reason,
  cause: attempt.cause,
  status: attempt.status,
  errorCode: attempt.errorCode || null,
  durationUs: attempt.durationUs,
  tokensInput: attempt.tokensInput,
  tokensOutput: attempt.tokensOutput,
  costNanoUsd: attempt.costNanoUsd === null ? null : String(attempt.costNanoUsd),
});

export const toRequestAttemptType = (attempt: AttemptDetail): RequestAttemptType => ({
  ...toAttemptFields(attempt),
  startedUs: attempt.startedUs,
});
