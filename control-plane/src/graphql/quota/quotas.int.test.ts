import { expect, test } from 'vitest';
import { commitAs, startTenantPlane } from '../../test-support/test-callers.ts';
import { createTestHolder, noReport } from '../../test-support/test-holder.ts';
import { startTestPlane } from '../../test-support/test-plane.ts';

const FIELDS = `id owner ownerKind ownerName unit limit declaredLimit window timezone model mode onOutage settled leased
  remaining resetsAt softLimit softLimitReached shadowRefusals holders`;

type Page = {
  readonly edges: readonly { readonly cursor: string; readonly node: Readonly<Record<string, unknown>> }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
};

test('a quota tells what was settled, what is leased and what remains, for its list and for its owner alike', async () => {
  const plane = await startTestPlane();
  const increase = { by: '100 requests', until: '2999-01-01T00:00:00Z' };
  const rateLimits = [{ limit: '50 requests', window: 'lifetime', increase }];
  await commitAs(plane.ask, [
    {
      putTeam: { name: 't', spec: { rateLimits, budgets: [{ limit: '1 USD', window: 'day', softLimit: '0.5 USD' }] } },
    },
  ]);
  const [one, other] = [createTestHolder(plane.databaseUrl, 'one'), createTestHolder(plane.databaseUrl, 'other')];
  const [requests, money] = ['team:t#requests/lifetime', 'team:t#nano_usd/day'];
  const grant = await one({ quota: requests, need: 40, want: 40 });
  await one({ quota: requests, slots: [{ ...noReport, slot: 0, granted: 40, spent: 12, returned: 8, refused: 2 }] });
  await other({ quota: requests, need: 5, want: 5 });
  const lease = await one({ quota: money, need: 600_000_000, want: 600_000_000 });
  const slot = { ...noReport, slot: lease?.slot ?? 0, granted: 600_000_000, spent: 500_000_000 };
  await one({ quota: money, slots: [slot] });
  expect(grant).toMatchObject({ granted: 40, limit: 150 });

  const { data, errors } = await plane.ask(
    `{ quotas { edges { node { ${FIELDS} } } } team(name: "t") { quotas { id settled } } }`,
  );
  expect(errors).toEqual([]);
  const { edges } = data['quotas'] as unknown as Page;
  expect(edges.map(({ node }) => node)).toEqual([
    {
      id: money,
      owner: 'team:t',
      ownerKind: 'TEAM',
      ownerName: 't',
      unit: 'NANO_USD',
      limit: '1000000000',
      declaredLimit: '1000000000',
      window: 'day',
      timezone: 'UTC',
      model: null,
      mode: 'ENFORCE',
      onOutage: 'REFUSE',
      settled: '500000000',
      leased: '100000000',
      remaining: '400000000',
      resetsAt: new Date(slot.slot + 86_400_000).toISOString(),
      softLimit: '500000000',
      softLimitReached: true,
      shadowRefusals: '0',
      holders: 1,
    },
    expect.objectContaining({
      id: requests,
      limit: '150',
      declaredLimit: '50',
      settled: '12',
      leased: '25',
      remaining: '113',
      resetsAt: null,
      softLimitReached: null,
      shadowRefusals: '2',
      holders: 2,
    }),
  ]);
  const team = data['team'] as unknown as { readonly quotas: readonly object[] };
  expect(team.quotas).toEqual([
    { id: money, settled: '500000000' },
    { id: requests, settled: '12' },
  ]);
});

test('the list has every quota once, in pages of any size, and can be narrowed to an owner and to ids', async () => {
  const plane = await startTestPlane();
  const spec = {
    budgets: [{ limit: '1 USD', window: 'month', timezone: 'Asia/Tokyo' }],
    rateLimits: [
      { limit: '5 concurrent' },
      { limit: '9 tokens', window: '1m' },
      { limit: '9 tokens', window: '1m', model: 'small' },
    ],
  };
  await commitAs(plane.ask, [
    ...['a', 'b', 'c'].map((name) => ({ putTeam: { name, spec } })),
    { putTeam: { name: 'none', spec: { budgets: [] } } },
    { putBudget: { name: 'all', spec: { scope: { platform: true }, limit: '9 USD', window: 'lifetime' } } },
  ]);
  const ids: unknown[] = [];
  let after: string | null = null;
  do {
    const { data } = await plane.ask(
      'query ($after: String) { quotas(first: 3, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    const page = data['quotas'] as unknown as Page;
    ids.push(...page.edges.map(({ node }) => node['id']));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(new Set(ids).size).toBe(13);
  expect(ids).toHaveLength(13);

  const list = async (filter: object) => {
    const query = 'query ($filter: QuotaFilterInput) { quotas(filter: $filter) { edges { node { id } } } }';
    const { data } = await plane.ask(query, { filter });
    return (data['quotas'] as unknown as Page).edges.map(({ node }) => node['id']);
  };
  expect(await list({ ownerKind: 'BUDGET' })).toEqual(['budget:all#nano_usd/lifetime']);
  expect(await list({ ownerName: 'b' })).toHaveLength(4);
  const chosen = ['team:a#concurrent', 'team:c#tokens/1m//small'];
  expect(await list({ ids: [...chosen, 'team:none#concurrent', 'no-such'] })).toEqual(chosen);
});

test('who may not read an entity does not read its quotas', async () => {
  const { byRole } = await startTenantPlane();
  const owners = async (role: Parameters<typeof byRole>[0]) => {
    const { data } = await (await byRole(role))('{ quotas(first: 500) { edges { node { owner } } } }');
    return (data['quotas'] as unknown as Page).edges.map(({ node }) => String(node['owner']));
  };
  expect(await owners('organization-admin')).toEqual(
    expect.arrayContaining(['organization:acme', 'budget:acme-team-budget']),
  );
  expect((await owners('organization-admin')).filter((owner) => owner.includes('globex'))).toEqual([]);
  expect(await owners('platform-viewer')).toEqual(expect.arrayContaining(['organization:globex', 'organization:acme']));
  expect(await owners('no role')).toEqual([]);
});
