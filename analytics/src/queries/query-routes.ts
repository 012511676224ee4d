import type { ClickHouseClient } from '@clickhouse/client';
import {
  CHARGES_QUERY_PATH,
  chargesQuery,
  QUOTA_SUMS_QUERY_PATH,
  quotaSumsQuery,
  REQUESTS_QUERY_PATH,
  requestsQuery,
  USAGE_QUERY_PATH,
  usageQuery,
} from '@tollgate/schema';
import type { FastifyPluginAsync } from 'fastify';
import { parseBody, refuse } from '../http/refusal.ts';
import { queryCharges, queryQuotaSums } from '../reconcile/charges.ts';
import { findGaps } from '../reconcile/find-gaps.ts';
import { GAPS_QUERY_PATH, gapsQuery } from '../reconcile/gaps-contract.ts';
import { queryRequests } from './requests-query.ts';
import { BODY_BYTES_MAX } from './run-query.ts';
import { queryUsage } from './usage-query.ts';

const timeOrder = <Query extends { from?: string | undefined; to?: string | undefined }>({ from, to }: Query) =>
  from === undefined || to === undefined || Date.parse(from) < Date.parse(to);
const TIME_ORDER = { path: ['to'], error: 'must be after `from`' };

const orderedUsageQuery = usageQuery.refine(timeOrder, TIME_ORDER);
const orderedRequestsQuery = requestsQuery.refine(timeOrder, TIME_ORDER);
const orderedGapsQuery = gapsQuery.refine(timeOrder, TIME_ORDER);

/** What the control plane asks over HTTP; contracts in `@tollgate/schema`. */
export function createQueryRoutes(client: ClickHouseClient): FastifyPluginAsync {
  const options = { bodyLimit: BODY_BYTES_MAX };
  return async (server) => {
    server.post(USAGE_QUERY_PATH, options, async (request, reply) => {
      const body = parseBody(orderedUsageQuery, request.body);
      if (body.type === 'refused') return refuse(reply, body.error);
      const outcome = await queryUsage(client, body.value);
      return outcome.type === 'rows' ? { rows: outcome.rows } : refuse(reply, outcome.error);
    });

    server.post(REQUESTS_QUERY_PATH, options, async (request, reply) => {
      const body = parseBody(orderedRequestsQuery, request.body);
      if (body.type === 'refused') return refuse(reply, body.error);
      const outcome = await queryRequests(client, body.value);
      return outcome.type === 'page' ? outcome.page : refuse(reply, outcome.error);
    });

    server.post(CHARGES_QUERY_PATH, options, async (request, reply) => {
      const body = parseBody(chargesQuery, request.body);
      return body.type === 'refused' ? refuse(reply, body.error) : queryCharges(client, body.value);
    });

    server.post(QUOTA_SUMS_QUERY_PATH, options, async (request, reply) => {
      const body = parseBody(quotaSumsQuery, request.body);
      return body.type === 'refused' ? refuse(reply, body.error) : queryQuotaSums(client, body.value);
    });

    server.post(GAPS_QUERY_PATH, options, async (request, reply) => {
      const body = parseBody(orderedGapsQuery, request.body);
      return body.type === 'refused' ? refuse(reply, body.error) : findGaps(client, body.value);
    });
  };
}
