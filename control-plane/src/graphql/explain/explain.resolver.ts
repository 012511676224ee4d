import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { readConfigurationThen, UNKNOWN_CONFIGURATION } from '../../explain/configuration-then.ts';
import { explainRequest } from '../../explain/explain-request.ts';
import { principalOf } from '../access/subject.ts';
import type { GraphQLContext } from '../context.ts';
import { withinOf } from '../usage/usage-within.ts';
import { RequestExplanationType, toRequestExplanation } from './request-explanation.type.ts';

/** Why one request went as it did. */
@Resolver()
export class ExplainResolver {
  @Query(() => RequestExplanationType, {
    nullable: true,
    description:
      'Why a request went as it did: which key, policies and quotas held, which deployments were considered for each attempt, and what ' +
      'happened. Null if there is no record of the id that who asks may see; a request that was refused leaves none, and one that was just answered takes a moment.',
  })
  async explainRequest(
    @Arg('id', () => ID, { description: 'As in the response header `x-tollgate-request-id`.' }) id: string,
    @Ctx() context: GraphQLContext,
  ): Promise<RequestExplanationType | null> {
    const within = await withinOf(context);
    const { rows } = await context.usage.requests({ filter: { ids: [id] }, ...(within && { within }), limit: 1 });
    const record = rows[0]?.record;
    if (record === undefined) return null;
    // A token that is for usage alone reads nothing of the configuration by it.
    const mayReadConfiguration = principalOf(context).scopes.includes('config:read');
    const then = mayReadConfiguration
      ? await readConfigurationThen(context.db, context.entities, record)
      : UNKNOWN_CONFIGURATION;
    return toRequestExplanation(explainRequest(record, then));
  }
}
