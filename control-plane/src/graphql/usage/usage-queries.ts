import {
  CHARGES_QUERY_PATH,
  type ChargesAnswer,
  type ChargesQuery,
  chargesAnswer,
  QUOTA_SUMS_QUERY_PATH,
  type QuotaSumsAnswer,
  type QuotaSumsQuery,
  quotaSumsAnswer,
  REQUESTS_QUERY_PATH,
  type RequestsAnswer,
  type RequestsQuery,
  requestsAnswer,
  type TokenChoice,
  USAGE_QUERY_PATH,
  type UsageQuery,
  type UsageRow,
  usageAnswer,
} from '@tollgate/schema';
import { z } from 'zod';
import { publicError } from '../errors.ts';

/** Questions to the analytics service. */
export type UsageQueries = {
  usage(query: UsageQuery): Promise<readonly UsageRow[]>;
  requests(query: RequestsQuery): Promise<RequestsAnswer>;
  /** What one run of a node was charged of quotas. */
  charges(query: ChargesQuery): Promise<ChargesAnswer>;
  /** What quotas were charged within their windows. */
  quotaSums(query: QuotaSumsQuery): Promise<QuotaSumsAnswer>;
};

const TIMEOUT_MS = 10_000;
const refusal = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/**
 * Asks over HTTP with the internal bearer token.
 * @throws GraphQLError `UNAVAILABLE` if there is no answer within ten seconds or it is not understood, `BAD_USER_INPUT`
 *   with what analytics says if it refuses the question
 */
export function createUsageQueries(analyticsUrl: string, tokens: TokenChoice): UsageQueries {
  async function ask<Answer>(path: string, query: object, schema: z.ZodType<Answer>): Promise<Answer> {
    const response = await tokens
      .ask((token) =>
        fetch(new URL(path, analyticsUrl), {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify(query),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        }),
      )
      .catch(refuseAsUnavailable);
    const body: unknown = await response.json().catch(() => undefined);
    if (response.status === 400 || response.status === 422) throw publicError('BAD_USER_INPUT', toMessage(body));
    const answer = schema.safeParse(body);
    return response.ok && answer.success ? answer.data : refuseAsUnavailable();
  }
  return {
    usage: async (query) => (await ask(USAGE_QUERY_PATH, query, usageAnswer)).rows,
    requests: (query) => ask(REQUESTS_QUERY_PATH, query, requestsAnswer),
    charges: (query) => ask(CHARGES_QUERY_PATH, query, chargesAnswer),
    quotaSums: (query) => ask(QUOTA_SUMS_QUERY_PATH, query, quotaSumsAnswer),
  };
}

function refuseAsUnavailable(): never {
  throw publicError(
    'UNAVAILABLE',
    'the analytics service does not answer; usage is recorded and can be asked for later',
  );
}

function toMessage(body: unknown): string {
  const error = refusal.safeParse(body).data?.error;
  if (error === undefined) return 'the analytics service refused the question';
  return typeof error === 'string' ? error : error.message;
}
