import { REQUESTS_QUERY_PATH, USAGE_QUERY_PATH } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { startTestAnalytics, usageRecordSample } from '../../test-support/test-analytics.ts';
import { internalHeaders } from '../../test-support/test-node.ts';
import { startTestPlane } from '../../test-support/test-plane.ts';

const sums = {
  requests: 2,
  failedRequests: 0,
  unpricedRequests: 0,
  tokensInput: 5e9,
  tokensInputCached: 0,
  tokensOutput: 1,
  tokensOutputReasoning: 0,
};
test('usage and requests are asked of analytics with the internal token, and costs are exact', async () => {
  const analytics = await startTestAnalytics(200, {
    [USAGE_QUERY_PATH]: {
      rows: [
        {
          ...sums,
          bucketStart: null,
          dimensions: { team: 't', revision: '3', endUser: 'visitor-7', customer: '' },
          costNanoUsd: '9007199254740993',
        },
      ],
    },
    [REQUESTS_QUERY_PATH]: { rows: [{ cursor: 'c1', record: usageRecordSample }], hasMore: true },
  });
  const plane = await startTestPlane({ analyticsUrl: analytics.url });
  const { data, errors } = await plane.ask(`{
    usage(from: "2026-01-01T00:00:00+01:00", to: "2026-02-01T00:00:00Z", bucket: DAY, groupBy: [TEAM, REVISION, END_USER, CUSTOMER], filter: { keys: ["k"], organizations: ["o"], endUsers: ["visitor-7"] }) {
      bucketStart team revision endUser customer organization key requests tokensInput costNanoUsd costUsd
    }
    requests(first: 1, filter: { causes: ["completed"] }) { edges { cursor node { id key organization team project user customer endUser costUsd costNanoUsd startedAt charges { quota slot amount } } } pageInfo { hasNextPage endCursor } }
  }`);
  expect(errors).toEqual([]);
  expect(data['usage']).toEqual([
    {
      bucketStart: null,
      team: 't',
      revision: 3,
      endUser: 'visitor-7',
      customer: '',
      organization: null,
      key: null,
      requests: 2,
      tokensInput: 5e9,
      costNanoUsd: '9007199254740993',
      costUsd: '9007199.254740993',
    },
  ]);
  expect(data['requests']).toEqual({
    edges: [
      {
        cursor: 'c1',
        node: {
          id: 'req_1',
          key: 'k',
          organization: 'o',
          team: null,
          project: 'pr',
          user: 'ada',
          customer: null,
          endUser: 'visitor-7',
          costUsd: null,
          costNanoUsd: null,
          startedAt: '1970-01-01T00:00:00.000Z',
          charges: [
            { quota: 'team:t#requests/day', slot: '1970-01-02T00:00:00.000Z', amount: '1' },
            { quota: 'team:t#tokens/day', slot: null, amount: '2' },
          ],
        },
      },
    ],
    pageInfo: { hasNextPage: true, endCursor: 'c1' },
  });
  expect(analytics.asked.map(({ authorization }) => authorization)).toEqual(
    Array(2).fill(internalHeaders.authorization),
  );
  expect(analytics.asked.find(({ url }) => url === USAGE_QUERY_PATH)?.body).toEqual({
    from: '2025-12-31T23:00:00.000Z',
    to: '2026-02-01T00:00:00.000Z',
    bucket: 'day',
    groupBy: ['team', 'revision', 'endUser', 'customer'],
    filter: { keys: ['k'], organizations: ['o'], endUsers: ['visitor-7'] },
  });
});

test('what analytics refuses is bad input with its reason, what it answers wrongly is unavailable', async () => {
  const query = '{ usage(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z") { requests } }';
  const refusing = await startTestAnalytics(400, {
    [USAGE_QUERY_PATH]: { error: { message: 'more than 10,000 rows' } },
  });
  const refused = await (await startTestPlane({ analyticsUrl: refusing.url })).ask(query);
  expect(refused.errors[0]).toMatchObject({ message: 'more than 10,000 rows', extensions: { code: 'BAD_USER_INPUT' } });
  const broken = await startTestAnalytics(200, { [USAGE_QUERY_PATH]: { rows: [{}] } });
  const failed = await (await startTestPlane({ analyticsUrl: broken.url })).ask(query);
  expect(failed.errors[0]?.extensions.code).toBe('UNAVAILABLE');
});
