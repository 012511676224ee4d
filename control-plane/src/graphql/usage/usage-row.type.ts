import { formatUsd, type UsageRow } from '@tollgate/schema';
import { Field, ObjectType } from 'type-graphql';
import { BigIntScalar, CountScalar, DateTimeScalar, RevisionScalar } from '../scalars.ts';

@ObjectType('UsageRow', { description: 'Sums over the requests of one time bucket and one value of each dimension.' })
export class UsageRowType {
  @Field(() => DateTimeScalar, { nullable: true, description: 'The start of the bucket; null if none was asked for.' })
  readonly bucketStart!: Date | null;
  @Field(() => String, { nullable: true, description: 'The virtual key, if grouped by it.' })
  readonly key!: string | null;
  @Field(() => String, { nullable: true, description: 'The organization, if grouped by it; empty for none.' })
  readonly organization!: string | null;
  @Field(() => String, { nullable: true, description: 'The team, if grouped by it; empty for none.' })
  readonly team!: string | null;
  @Field(() => String, { nullable: true, description: 'The project, if grouped by it; empty for none.' })
  readonly project!: string | null;
  @Field(() => String, { nullable: true, description: 'The user, if grouped by it; empty for none.' })
  readonly user!: string | null;
  @Field(() => String, { nullable: true, description: 'The customer, if grouped by it; empty for none.' })
  readonly customer!: string | null;
  @Field(() => String, { nullable: true, description: 'The end user, if grouped by it; empty for none.' })
  readonly endUser!: string | null;
  @Field(() => String, { nullable: true, description: 'The public model, if grouped by it.' })
  readonly model!: string | null;
  @Field(() => String, { nullable: true, description: 'The provider, if grouped by it.' })
  readonly provider!: string | null;
  @Field(() => String, { nullable: true, description: 'The deployment, if grouped by it.' })
  readonly deployment!: string | null;
  @Field(() => RevisionScalar, { nullable: true, description: 'The revision that answered, if grouped by it.' })
  readonly revision!: number | null;
  @Field(() => String, { nullable: true, description: 'How the requests ended, if grouped by it.' })
  readonly cause!: string | null;
  @Field(() => CountScalar, { description: 'How many requests.' })
  readonly requests!: number;
  @Field(() => CountScalar, { description: 'How many of them did not complete.' })
  readonly failedRequests!: number;
  @Field(() => CountScalar, { description: 'How many of them used tokens without a known price; the cost lacks them.' })
  readonly unpricedRequests!: number;
  @Field(() => CountScalar, { description: 'Tokens of prompts, with the cached ones.' })
  readonly tokensInput!: number;
  @Field(() => CountScalar, { description: 'Tokens of prompts that were read from the cache of the provider.' })
  readonly tokensInputCached!: number;
  @Field(() => CountScalar, { description: 'Tokens of answers, with those of reasoning.' })
  readonly tokensOutput!: number;
  @Field(() => CountScalar, { description: 'Tokens of reasoning.' })
  readonly tokensOutputReasoning!: number;
  @Field(() => BigIntScalar, { description: 'The cost in nano-USD (10⁻⁹ USD).' })
  readonly costNanoUsd!: string;
  @Field(() => String, { description: 'The cost in USD, exactly, such as `0.0000375`.' })
  readonly costUsd!: string;
}

export function toUsageRowType({ bucketStart, dimensions, ...sums }: UsageRow): UsageRowType {
  const { key, organization, team, project, user, customer, endUser } = dimensions;
  const { model, provider, deployment, revision, cause } = dimensions;
  return {
    ...sums,
    bucketStart: bucketStart === null ? null : new Date(bucketStart),
    key: key ?? null,
    organization: organization ?? null,
    team: team ?? null,
    project: project ?? null,
    user: user ?? null,
    customer: customer ?? null,
    endUser: endUser ?? null,
    model: model ?? null,
    provider: provider ?? null,
    deployment: deployment ?? null,
    revision: revision === undefined ? null : Number(revision),
    cause: cause ?? null,
    costUsd: formatUsd(BigInt(sums.costNanoUsd)),
  };
}
