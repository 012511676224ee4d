import { formatUsd, type UsageRecord } from '@tollgate/schema';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { servedModelOf } from '../../explain/attempts.ts';
import { BigIntScalar, CountScalar, DateTimeScalar, RevisionScalar } from '../scalars.ts';
import { RequestAttemptType, toRequestAttemptType } from './request-attempt.type.ts';

@ObjectType('QuotaCharge', { description: 'What a request was charged of a quota.' })
export class QuotaChargeType {
  @Field(() => ID, { description: 'The id of the quota.' })
  readonly quota!: string;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The begin of the piece of its window that was charged; null if the node had no lease of it.',
  })
  readonly slot!: Date | null;
  @Field(() => BigIntScalar, { description: 'In the unit of the quota.' })
  readonly amount!: string;
}

@ObjectType('Request', { description: 'The record of one admitted request.' })
export class RequestType {
  @Field(() => ID, { description: 'As in the response header `x-tollgate-request-id`.' })
  readonly id!: string;
  @Field(() => String, { description: 'The node that answered.' })
  readonly nodeId!: string;
  @Field(() => ID, { description: 'The run of the node.' })
  readonly bootId!: string;
  @Field(() => CountScalar, { description: 'Counts from 1 without a gap within the run.' })
  readonly seq!: number;
  @Field(() => RevisionScalar, { description: 'The revision that it was answered under.' })
  readonly revision!: number;
  @Field(() => DateTimeScalar, { description: 'When it arrived.' })
  readonly startedAt!: Date;
  @Field(() => String, { description: 'Such as `chat.completions`.' })
  readonly endpoint!: string;
  @Field(() => Boolean, { description: 'Whether a stream was asked for.' })
  readonly stream!: boolean;
  @Field(() => String, { description: 'The name of the virtual key.' })
  readonly key!: string;
  @Field(() => String, { nullable: true, description: 'The name of the organization to which the key belonged.' })
  readonly organization!: string | null;
  @Field(() => String, { nullable: true, description: 'The name of the team to which the key belonged.' })
  readonly team!: string | null;
  @Field(() => String, { nullable: true, description: 'The name of the project to which the key belonged.' })
  readonly project!: string | null;
  @Field(() => String, { nullable: true, description: 'The name of the user to whom the key belonged.' })
  readonly user!: string | null;
  @Field(() => String, { nullable: true, description: 'The name of the customer for whom was asked.' })
  readonly customer!: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'Whom the request itself named, in the header `x-tollgate-customer` or as its `user` or `safety_identifier`: free text of the client.',
  })
  readonly endUser!: string | null;
  @Field(() => String, { description: 'The public model that was asked for.' })
  readonly model!: string;
  @Field(() => String, {
    description:
      'The model of the configuration that it stood for: itself, or what an alias, a wildcard or the routing of the key or its team says.',
  })
  readonly servedModel!: string;
  @Field(() => String, { description: 'The deployment that served it.' })
  readonly deployment!: string;
  @Field(() => String, { description: 'The name of the provider.' })
  readonly provider!: string;
  @Field(() => String, { description: 'The type of the provider.' })
  readonly providerType!: string;
  @Field(() => String, { description: 'The name of the model at the provider.' })
  readonly upstreamModel!: string;
  @Field(() => [String], { description: 'The labels of the key.' })
  readonly tags!: readonly string[];
  @Field(() => String, { description: 'How it ended.' })
  readonly cause!: string;
  @Field(() => Int, { description: 'The HTTP status that the client got, or would have got.' })
  readonly status!: number;
  @Field(() => String, { nullable: true, description: 'The code of the error.' })
  readonly errorCode!: string | null;
  @Field(() => Int, { description: 'How many calls to providers it took.' })
  readonly attempts!: number;
  @Field(() => CountScalar, { description: 'Tokens of the prompt, with the cached and audio ones.' })
  readonly tokensInput!: number;
  @Field(() => CountScalar, { description: 'Read from the cache of the provider.' })
  readonly tokensInputCached!: number;
  @Field(() => CountScalar, { description: 'Written to the cache for five minutes.' })
  readonly tokensInputCacheWrite!: number;
  @Field(() => CountScalar, { description: 'Written to the cache for an hour.' })
  readonly tokensInputCacheWrite1h!: number;
  @Field(() => CountScalar, { description: 'Of audio in the prompt.' })
  readonly tokensInputAudio!: number;
  @Field(() => CountScalar, { description: 'Tokens of the answer, with those of reasoning and audio.' })
  readonly tokensOutput!: number;
  @Field(() => CountScalar, { description: 'Of reasoning.' })
  readonly tokensOutputReasoning!: number;
  @Field(() => CountScalar, { description: 'Of audio in the answer.' })
  readonly tokensOutputAudio!: number;
  @Field(() => String, { description: 'Who counted the tokens: `provider`, `estimated` or `none`.' })
  readonly usageSource!: string;
  @Field(() => BigIntScalar, { nullable: true, description: 'The cost in nano-USD (10⁻⁹ USD); null if unpriced.' })
  readonly costNanoUsd!: string | null;
  @Field(() => String, { nullable: true, description: 'The cost in USD, exactly; null if unpriced.' })
  readonly costUsd!: string | null;
  @Field(() => String, { nullable: true, description: 'Where the price comes from.' })
  readonly priceSource!: string | null;
  @Field(() => CountScalar, {
    nullable: true,
    description: 'Microseconds to the first byte of the provider; null if none.',
  })
  readonly timeToFirstTokenUs!: number | null;
  @Field(() => CountScalar, { description: 'Microseconds from first to last.' })
  readonly totalUs!: number;
  @Field(() => CountScalar, { description: 'The part of it that was not spent waiting for the provider.' })
  readonly overheadUs!: number;
  @Field(() => ID, {
    nullable: true,
    description: 'The request of which it is a copy, sent by the node because its model has a `mirror`; null if none.',
  })
  readonly mirrorOf!: string | null;
  @Field(() => [RequestAttemptType], {
    description: 'Each call to a provider, if it took several; empty if it did not.',
  })
  readonly attemptDetails!: readonly RequestAttemptType[];
  @Field(() => [QuotaChargeType], { description: 'What it was charged of each quota that counted it.' })
  readonly charges!: readonly QuotaChargeType[];
}

/** Empty texts of a record stand for 'none', which GraphQL says as null. */
export function toRequestType(record: UsageRecord): RequestType {
  const { keyName, organizationName, teamName, projectName, userName, customerName, endUser, ...rest } = record;
  const {
    providerName,
    startedAtMs,
    costNanoUsd,
    errorCode,
    priceSource,
    attemptDetails = [],
    mirrorOf,
    charges,
    ...same
  } = rest;
  return {
    ...same,
    servedModel: servedModelOf(record, record.model),
    attemptDetails: attemptDetails.map(toRequestAttemptType),
    mirrorOf: mirrorOf || null,
    key: keyName,
    organization: organizationName || null,
    team: teamName || null,
    project: projectName || null,
    user: userName || null,
    customer: customerName || null,
    endUser: endUser || null,
    provider: providerName,
    startedAt: new Date(startedAtMs),
    errorCode: errorCode || null,
    charges: charges.map(({ quota, slot, amount }) => ({
      quota,
      slot: slot === null ? null : new Date(slot),
      amount: String(amount),
    })),
    priceSource: priceSource || null,
    costNanoUsd: costNanoUsd === null ? null : String(costNanoUsd),
    costUsd: costNanoUsd === null ? null : formatUsd(costNanoUsd),
  };
}
