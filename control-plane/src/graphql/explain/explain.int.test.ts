import { REQUESTS_QUERY_PATH, type UsageRecord } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { startTestAnalytics, usageRecordSample } from '../../test-support/test-analytics.ts';
import { type Caller, commitAs, startTenantPlane } from '../../test-support/test-callers.ts';
import { askGraphQL } from '../../test-support/test-plane.ts';

const TEAM_BUDGET = 'budget:acme-team-budget#nano_usd/month';
const PROVIDER_LIMIT = 'rate-limit:demo-limit#requests/1m';
const KEY_LIMIT = 'virtual-key:acme-key#concurrent';

const EXPLAIN = `query ($id: ID!) { explainRequest(id: $id) {
  summary revisionCommittedAt key { name blocked models } policies { model strategy retries }
  quotas { id limit amount } attempts { deployment considered { deployment reason } } } }`;

type Explained = {
  readonly summary: string;
  readonly revisionCommittedAt: string | null;
  readonly key: { readonly name: string } | null;
  readonly policies: readonly { readonly model: string }[];
  readonly quotas: readonly { readonly id: string; readonly limit: string | null; readonly amount: string }[];
  readonly attempts: readonly object[];
};

async function explain(ask: Caller): Promise<Explained | null> {
  const { data, errors } = await ask(EXPLAIN, { id: 'req_1' });
  expect(errors).toEqual([]);
  return data['explainRequest'] as unknown as Explained | null;
}

/** A request of the key of a team, of which analytics has one record, under the revision that holds when this is called. */
async function given(changes: Partial<UsageRecord> = {}, isFound = true) {
  const record: UsageRecord = {
    ...usageRecordSample,
    keyName: 'acme-key',
    teamName: 'acme-search',
    organizationName: 'acme',
    model: 'small',
    deployment: 'demo/any',
    charges: [
      { quota: TEAM_BUDGET, slot: 0, amount: 7 },
      { quota: PROVIDER_LIMIT, slot: null, amount: 1 },
    ],
    uncharged: [KEY_LIMIT],
    ...changes,
  };
  const answer: { rows: object[]; hasMore: boolean } = { rows: [], hasMore: false };
  const analytics = await startTestAnalytics(200, { [REQUESTS_QUERY_PATH]: answer });
  const tenants = await startTenantPlane({ analyticsUrl: analytics.url });
  const { data } = await tenants.plane.ask('{ revision }');
  if (isFound) answer.rows.push({ cursor: 'c', record: { revision: data['revision'], ...without(record, changes) } });
  return { ...tenants, analytics };
}

/** The record, whose revision is that of the plane unless a test chooses another. */
function without(record: UsageRecord, changes: Partial<UsageRecord>): object {
  const { revision, ...rest } = record;
  return changes.revision === undefined ? rest : { ...rest, revision };
}

const limitsOf = (explained: Explained | null) =>
  Object.fromEntries(explained?.quotas.map(({ id, limit }) => [id, limit]) ?? []);

test('a request is explained as of its revision, whatever was changed or deleted since', async () => {
  const { plane } = await given();
  const before = await explain(plane.ask);
  await commitAs(plane.ask, [
    { put: { kind: 'MODEL', name: 'small', spec: { deployments: [{ provider: 'demo', model: 'other' }] } } },
    {
      put: {
        kind: 'BUDGET',
        name: 'acme-team-budget',
        spec: { scope: { team: 'acme-search' }, limit: '1 USD', window: 'month' },
      },
    },
    { delete: { kind: 'VIRTUAL_KEY', name: 'acme-key', cascade: true } },
  ]);
  expect(await explain(plane.ask)).toEqual(before);
  expect(before).toMatchObject({
    key: { name: 'acme-key', blocked: false, models: null },
    policies: [{ model: 'small', strategy: 'WEIGHTED', retries: 0 }],
    quotas: [
      { id: TEAM_BUDGET, limit: '25000000000', amount: '7' },
      { id: PROVIDER_LIMIT, limit: '600', amount: '1' },
      { id: KEY_LIMIT, limit: null, amount: '0' },
    ],
    attempts: [{ deployment: 'demo/any', considered: [{ deployment: 'demo/any', reason: null }] }],
  });
});

test('analytics is asked for what of usage may be seen, just as for a list of requests; what is not there is null', async () => {
  const { signIn, analytics } = await given({}, false);
  const lead = await signIn('acme-lead');
  expect(await explain(lead)).toBeNull();
  await lead('{ requests(first: 1, filter: { ids: ["req_1"] }) { edges { cursor } } }');
  const [explaining, listing] = analytics.asked.map(({ body }) => body);
  expect(explaining).toEqual(listing);
  expect(explaining).toMatchObject({ within: { teams: [{ name: 'acme-search' }] }, filter: { ids: ['req_1'] } });
});

test('of the configuration everybody is told only what he may read of it', async () => {
  const { signIn } = await given();
  const lead = await explain(await signIn('acme-lead'));
  expect(lead).toMatchObject({ key: { name: 'acme-key' }, policies: [{ model: 'small' }] });
  expect(limitsOf(lead)).toEqual({ [TEAM_BUDGET]: '25000000000', [PROVIDER_LIMIT]: null, [KEY_LIMIT]: null });
  const accountant = await explain(await signIn('acme-accountant'));
  expect(accountant).toMatchObject({ key: null, policies: [{ model: 'small' }], quotas: [{ amount: '7' }, {}, {}] });
});

test('a token that is for usage alone is told nothing of the configuration', async () => {
  const { plane } = await given();
  const issue = `mutation { issueServiceToken(serviceAccount: "robot", scopes: [USAGE_READ]) { token } }`;
  await commitAs(plane.ask, [
    {
      put: {
        kind: 'ROLE_BINDING',
        name: 'robot-may',
        spec: { subject: { serviceAccount: 'robot' }, role: 'platform-viewer', on: { platform: true } },
      },
    },
  ]);
  const { data, errors } = await plane.ask(issue);
  expect(errors).toEqual([]);
  const { token } = data['issueServiceToken'] as unknown as { token: string };
  const headers = { authorization: `Bearer ${token}` };
  const robot: Caller = (query, variables = {}) => askGraphQL(plane.url, JSON.stringify({ query, variables }), headers);
  const explained = await explain(robot);
  expect(explained).toMatchObject({
    revisionCommittedAt: null,
    key: null,
    policies: [],
    quotas: [{ amount: '7' }, {}, {}],
  });
  expect(Object.values(limitsOf(explained))).toEqual([null, null, null]);
});

test('a revision that the history does not have leaves the record to speak for itself', async () => {
  const { plane } = await given({ revision: 1_000_000 });
  expect(await explain(plane.ask)).toMatchObject({
    summary: expect.stringContaining('under revision 1000000. Attempt 1 went to demo/any'),
    revisionCommittedAt: null,
    key: null,
    policies: [],
  });
});
