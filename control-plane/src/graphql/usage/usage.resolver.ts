import { type RequestsQuery, requestsQuery, type UsageQuery, usageQuery } from '@tollgate/schema';
import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import type { z } from 'zod';
import { formatPath } from '../../change-set/declaration-problems.ts';
import { checkFirst, createConnectionType, type Page, PageArgs } from '../connection.ts';
import type { GraphQLContext } from '../context.ts';
import { UsageBucketEnum, UsageDimensionEnum } from '../enums.ts';
import { publicError } from '../errors.ts';
import { toPlain } from '../plain-input.ts';
import { DateTimeScalar } from '../scalars.ts';
import { RequestType, toRequestType } from './request.type.ts';
import { RequestFilter, UsageFilter } from './usage.input.ts';
import { toUsageRowType, UsageRowType } from './usage-row.type.ts';
import { withinOf } from './usage-within.ts';

const RequestConnection = createConnectionType(RequestType, 'Request');

type Bucket = NonNullable<UsageQuery['bucket']>;
type Dimension = UsageQuery['groupBy'][number];

/** What was used and what it cost, as the analytics service knows it. */
@Resolver()
export class UsageResolver {
  @Query(() => [UsageRowType], { description: 'Sums of requests, tokens and cost.' })
  async usage(
    @Arg('from', () => DateTimeScalar) from: Date,
    @Arg('to', () => DateTimeScalar, { description: 'Exclusive.' }) to: Date,
    @Arg('bucket', () => UsageBucketEnum, { nullable: true }) bucket: Bucket | null,
    @Arg('groupBy', () => [UsageDimensionEnum], { defaultValue: [] }) groupBy: Dimension[],
    @Arg('filter', () => UsageFilter, { nullable: true }) filter: UsageFilter | null,
    @Ctx() context: GraphQLContext,
  ): Promise<readonly UsageRowType[]> {
    const range = { from: from.toISOString(), to: to.toISOString() };
    const query = parse(usageQuery, { ...range, bucket, groupBy, filter, within: await withinOf(context) });
    return (await context.usage.usage(query)).map(toUsageRowType);
  }

  @Query(() => RequestConnection, { description: 'Single requests, newest first.' })
  async requests(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('from', () => DateTimeScalar, { nullable: true }) from: Date | null,
    @Arg('to', () => DateTimeScalar, { nullable: true, description: 'Exclusive.' }) to: Date | null,
    @Arg('filter', () => RequestFilter, { nullable: true }) filter: RequestFilter | null,
    @Ctx() context: GraphQLContext,
  ): Promise<Page<RequestType>> {
    const limit = checkFirst(page.first);
    const range = { from: from?.toISOString(), to: to?.toISOString() };
    const within = await withinOf(context);
    const query: RequestsQuery = parse(requestsQuery, { ...range, limit, after: page.after, filter, within });
    const { rows, hasMore } = await context.usage.requests(query);
    const edges = rows.map(({ cursor, record }) => ({ cursor, node: toRequestType(record) }));
    const pageInfo = {
      hasNextPage: hasMore,
      hasPreviousPage: query.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    };
    return { edges, pageInfo };
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, input: object): z.infer<Schema> {
  const { data, error } = schema.safeParse(toPlain(input));
  if (!error) return data;
  const problems = error.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
  throw publicError('BAD_USER_INPUT', problems.join('; '));
}
