import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { listQueries } from '../test-support/selection.ts';
import { type Caller, callerOf, commitAs, toPutChange } from '../test-support/test-callers.ts';
import { startTestNode } from '../test-support/test-node.ts';
import { startTestPlane, type TestPlane } from '../test-support/test-plane.ts';
import { createGraphQLSchema } from './schema.ts';

/** What the schema says of these is read from analytics, which keeps it in ClickHouse. */
const FROM_ANALYTICS: readonly string[] = ['usage', 'requests'];
const MANY = 12;
/** The control plane does other things beside, every few seconds; a query in whose time they fall is counted again. */
const COUNTS_MAX = 5;

const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Tokyo', 'America/Lima'];
const budgets = ZONES.map((timezone) => ({ limit: '9 USD', window: 'day', timezone }));

const changesOf = (index: number): readonly object[] => [
  { putOrganization: { name: `o-${index}`, spec: {} } },
  { putTeam: { name: `t-${index}`, spec: { organization: `o-${index}`, budgets } } },
  { putProject: { name: `p-${index}`, spec: { team: `t-${index}` } } },
  { putUser: { name: `u-${index}`, spec: { email: `u${index}@example.test` } } },
  { putMember: { name: `m-${index}`, spec: { user: `u-${index}`, team: `t-${index}`, role: 'MEMBER' } } },
  { putCustomer: { name: `c-${index}`, spec: { organization: `o-${index}`, displayName: 'Ada' } } },
  { putProvider: { name: `pr-${index}`, spec: { type: 'openai', apiKey: { value: 'sk-x' } } } },
  { putModel: { name: `mo-${index}`, spec: { deployments: [{ provider: `pr-${index}`, model: 'm' }] } } },
  { putAlias: { name: `a-${index}`, spec: { model: `mo-${index}` } } },
  { putVirtualKey: { name: `k-${index}`, spec: { team: `t-${index}`, user: `u-${index}` } } },
];

async function put(plane: TestPlane, indexes: readonly number[]): Promise<void> {
  const { data, errors } = await plane.ask(
    'mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { committed problems { message path } } }',
    { input: { changes: indexes.flatMap(changesOf) } },
  );
  expect([errors, data?.['commitChangeSet']]).toEqual([[], { committed: true, problems: [] }]);
}

async function propose(plane: TestPlane, indexes: readonly number[]): Promise<void> {
  for (const index of indexes) {
    const input = { title: `draft ${index}`, changeSet: { changes: [{ putTag: { name: `tag-${index}`, spec: {} } }] } };
    const mutation = 'mutation ($input: ProposeDraftInput!) { proposeDraft(input: $input) { draft { id } } }';
    expect((await plane.ask(mutation, { input })).errors).toEqual([]);
  }
}

async function countStatements(ask: Caller, query: string): Promise<number> {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  const { errors } = await ask(query);
  const count = spy.mock.calls.length;
  spy.mockRestore();
  expect([query, errors]).toEqual([query, []]);
  return count;
}

async function countEach(ask: Caller, queries: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const [name, query] of queries) {
    const first = await countStatements(ask, query);
    counts.set(name, Math.min(first, await countStatements(ask, query)));
  }
  return counts;
}

/** The queries that each time need more statements than they did. */
async function findMore(
  ask: Caller,
  queries: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const more: string[] = [];
  for (const [name, query] of queries) {
    let left = COUNTS_MAX;
    while (left > 0 && (await countStatements(ask, query)) > (before.get(name) ?? 0)) left -= 1;
    if (left === 0) more.push(name);
  }
  return more;
}

test('no query needs more SQL statements for many entities than for one, however deep it asks', async () => {
  const plane = await startTestPlane();
  const queries = new Map([...listQueries(createGraphQLSchema())].filter(([name]) => !FROM_ANALYTICS.includes(name)));
  for (const name of ['teams', 'virtualKeys', 'users', 'nodes', 'quotas']) expect([...queries.keys()]).toContain(name);
  const others = Array.from({ length: MANY }, (_, index) => index + 1);
  await put(plane, [0]);
  await propose(plane, [0]);
  await startTestNode(plane.url, 'n-0').reaches(10);
  const withOne = await countEach(plane.ask, queries);
  await put(plane, others);
  await propose(plane, others);
  for (const index of others) await startTestNode(plane.url, `n-${index}`).reaches(130);
  expect(await findMore(plane.ask, queries, withOne)).toEqual([]);
}, 120_000);

/** What belongs to one organization, so that who administers it sees all of it and nothing else. */
const inOrganization = (index: number): readonly object[] => [
  { putTeam: { name: `t-${index}`, spec: { organization: 'o' } } },
  { putProject: { name: `p-${index}`, spec: { team: `t-${index}` } } },
  { putUser: { name: `u-${index}`, spec: { email: `u${index}@example.test` } } },
  { putMember: { name: `m-${index}`, spec: { user: `u-${index}`, team: `t-${index}`, role: 'MEMBER' } } },
  { putServiceAccount: { name: `s-${index}`, spec: { team: `t-${index}` } } },
  { putVirtualKey: { name: `k-${index}`, spec: { team: `t-${index}`, user: `u-${index}` } } },
  { putBudget: { name: `b-${index}`, spec: { scope: { key: `k-${index}` }, limit: '1 USD', window: 'day' } } },
  { putRateLimit: { name: `r-${index}`, spec: { scope: { member: `m-${index}` }, limit: '3 concurrent' } } },
];

/** Whether somebody may see an open draft is found out by planning it for him, one by one; a page has at most 50 unless more are asked for. */
const PLANNED_ONE_BY_ONE: readonly string[] = ['drafts'];

test('nor for somebody who sees a part of all, however much of it', async () => {
  const plane = await startTestPlane();
  const role = { subject: { user: 'boss' }, role: 'organization-admin', on: { organization: 'o' } };
  await commitAs(plane.ask, [
    { putOrganization: { name: 'o', spec: {} } },
    toPutChange({ kind: 'user', name: 'boss', declaration: {} }),
    toPutChange({ kind: 'role-binding', name: 'boss', declaration: role }),
  ]);
  const boss = await callerOf(plane, 'boss');
  const queries = new Map(
    [...listQueries(createGraphQLSchema())].filter(
      ([name]) => !FROM_ANALYTICS.includes(name) && !PLANNED_ONE_BY_ONE.includes(name),
    ),
  );
  for (const [name, query] of queries) if ((await boss(query)).errors.length > 0) queries.delete(name);
  for (const name of ['teams', 'virtualKeys', 'users', 'members', 'budgets', 'declarations'])
    expect([...queries.keys()]).toContain(name);
  const history = '{ entityHistory(kind: TEAM, name: "t-0") { edges { node { fields { path } } } } }';
  queries
    .set('diff', '{ diff(from: { revision: 0 }) { edges { node { name fields { path } } } } }')
    .set('history', history);
  await commitAs(plane.ask, inOrganization(0));
  const withOne = await countEach(boss, queries);
  for (let index = 1; index <= MANY; index += 1) {
    await commitAs(plane.ask, [
      ...inOrganization(index),
      { putTeam: { name: 't-0', spec: { organization: 'o', description: `${index}` } } },
    ]);
  }
  expect(await findMore(boss, queries, withOne)).toEqual([]);
}, 120_000);
