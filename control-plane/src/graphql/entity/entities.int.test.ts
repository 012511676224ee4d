import { entityKinds } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../../test-support/test-plane.ts';
import { namesOf } from './entity-names.ts';

const COMMIT = `mutation ($input: ChangeSetInput!) {
  commitChangeSet(input: $input) { committed revision problems { code message kind name path } issuedSecrets { name secret } }
}`;

type Answer = {
  readonly committed: boolean;
  readonly problems: readonly { readonly code: string; readonly name: string; readonly path: string }[];
  readonly issuedSecrets: readonly { readonly name: string; readonly secret: string }[];
};

async function commit(plane: TestPlane, ...changes: readonly object[]): Promise<Answer> {
  const { data, errors } = await plane.ask(COMMIT, { input: { changes } });
  expect(errors).toEqual([]);
  return data['commitChangeSet'] as unknown as Answer;
}

/** One of each kind, as a program declares it: with GraphQL's enums, instants and inputs. */
const oneOfEach = [
  { putProvider: { name: 'demo', spec: { type: 'mock' } } },
  {
    putModel: {
      name: 'm',
      spec: { deployments: [{ provider: 'demo', model: 'x' }], routing: { strategy: 'WEIGHTED' } },
    },
  },
  { putAlias: { name: 'best', spec: { model: 'm' } } },
  { putAccessGroup: { name: 'good', spec: { models: ['m', 'best'] } } },
  { putOrganization: { name: 'acme', spec: { budgets: [{ limit: '5000 USD', window: 'month', mode: 'SHADOW' }] } } },
  { putTeam: { name: 'search', spec: { organization: 'acme', rateLimits: [{ limit: '10 concurrent' }] } } },
  { putProject: { name: 'ranking', spec: { team: 'search' } } },
  { putUser: { name: 'ada', spec: { email: 'ada@example.com', displayName: 'Ada' } } },
  { putMember: { name: 'ada-search', spec: { user: 'ada', team: 'search', role: 'TEAM_ADMIN' } } },
  { putServiceAccount: { name: 'ci', spec: { team: 'search' } } },
  { putCustomer: { name: 'bob', spec: { displayName: 'Bob', defaultModel: 'm' } } },
  { putTag: { name: 'prod', spec: {} } },
  {
    putVirtualKey: {
      name: 'k',
      spec: { project: 'ranking', type: 'READ_ONLY', expiresAt: '2027-06-30T02:00:00+02:00', accessGroups: ['good'] },
    },
  },
  { putBudget: { name: 'k-all', spec: { scope: { key: 'k' }, limit: '25 USD', window: '30d' } } },
  { putRateLimit: { name: 'all', spec: { scope: { platform: true }, limit: '600 requests', window: '1m' } } },
  { putPriceOverride: { name: 'free', spec: { model: 'x', discountPercent: 100 } } },
  {
    putWebhook: {
      name: 'ops',
      spec: { url: 'https://example.com', secret: { value: 'PLANTED-signing-secret' }, events: ['NODE_CONNECTED'] },
    },
  },
  { putAlertRule: { name: 'slow', spec: { trigger: 'SLOW_CALLS', longerThan: '30s', webhooks: ['ops'] } } },
  {
    putPassThroughEndpoint: {
      name: '/raw',
      spec: { target: 'https://example.com', apiKey: { value: 'PLANTED-key' }, methods: ['POST'], headers: { a: 'b' } },
    },
  },
  {
    putRoleBinding: {
      name: 'root',
      spec: { subject: { user: 'ada' }, role: 'PLATFORM_ADMIN', on: { platform: true } },
    },
  },
  { putNodeGroup: { name: 'canary', spec: { nodes: ['eu-1'] } } },
  { putApprovalRule: { name: 'models', spec: { kinds: ['model'], organization: 'acme', approvals: 2 } } },
];

test('every kind is declared with its own input and answered by its own queries', async () => {
  const plane = await startTestPlane();
  expect(await commit(plane, ...oneOfEach)).toMatchObject({ committed: true, problems: [] });
  const counts = entityKinds.map((kind) => `${namesOf(kind).many} { totalCount edges { node { id name version } } }`);
  const { data, errors } = await plane.ask(`{ ${counts.join(' ')} }`);
  expect(errors).toEqual([]);
  expect(Object.values(data).map((list: { totalCount: number }) => list.totalCount)).toEqual(entityKinds.map(() => 1));
});

test('enums, instants, inner objects and maps are answered as they were declared', async () => {
  const plane = await startTestPlane();
  await commit(plane, ...oneOfEach);
  const { data, errors } = await plane.ask(`{
    model(name: "m") { routing { strategy } deployments { effectiveName weight } budgets { limit } }
    organization(name: "acme") { blocked budgets { limit window mode softLimit } }
    member(name: "ada-search") { role user team organization }
    virtualKey(name: "k") { type expiresAt accessGroups secret { isSet ref { env } } previousSecrets { graceUntil } }
    budget(name: "k-all") { scope { key team platform } limit }
    alertRule(name: "slow") { trigger thresholdPercent longerThan webhooks scope { team } }
    webhook(name: "ops") { events secret { isSet } }
    passThroughEndpoint(name: "/raw") { methods headers apiKey { isSet } }
  }`);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    model: {
      routing: { strategy: 'WEIGHTED' },
      deployments: [{ effectiveName: 'demo/x', weight: null }],
      budgets: null,
    },
    organization: {
      blocked: false,
      budgets: [{ limit: '5000 USD', window: 'month', mode: 'SHADOW', softLimit: null }],
    },
    member: { role: 'TEAM_ADMIN', user: 'ada', team: 'search', organization: null },
    virtualKey: {
      type: 'READ_ONLY',
      expiresAt: '2027-06-30T00:00:00.000Z',
      accessGroups: ['good'],
      secret: { isSet: true, ref: null },
      previousSecrets: [],
    },
    budget: { scope: { key: 'k', team: null, platform: null }, limit: '25 USD' },
    alertRule: { trigger: 'SLOW_CALLS', thresholdPercent: null, longerThan: '30s', webhooks: ['ops'], scope: null },
    webhook: { events: ['NODE_CONNECTED'], secret: { isSet: true } },
    passThroughEndpoint: { methods: ['POST'], headers: { a: 'b' }, apiKey: { isSet: true } },
  });
});

test('personal data is answered to who may see the person, and stored nowhere in the clear', async () => {
  const plane = await startTestPlane();
  await commit(plane, ...oneOfEach);
  const { data } = await plane.ask(
    '{ user(name: "ada") { email displayName } customers { edges { node { displayName } } } }',
  );
  expect(data).toEqual({
    user: { email: 'ada@example.com', displayName: 'Ada' },
    customers: { edges: [{ node: { displayName: 'Bob' } }] },
  });
  const { data: log } = await plane.ask('{ events(first: 100) { edges { node { data } } } }');
  expect(JSON.stringify(log)).not.toMatch(/ada@example|"Ada"|PLANTED|sealed/);
});

test('a program may declare any kind as a document writes it', async () => {
  const plane = await startTestPlane();
  const spec = { subject: { serviceAccount: 'ci' }, role: 'platform-viewer', on: { platform: true } };
  const result = await commit(
    plane,
    { put: { kind: 'SERVICE_ACCOUNT', name: 'ci', spec: {} } },
    { put: { kind: 'ROLE_BINDING', name: 'view', spec } },
  );
  expect(result).toMatchObject({ committed: true, problems: [] });
  const { data } = await plane.ask('{ roleBinding(name: "view") { role on { platform } subject { serviceAccount } } }');
  expect(data['roleBinding']).toEqual({
    role: 'PLATFORM_VIEWER',
    on: { platform: true },
    subject: { serviceAccount: 'ci' },
  });
});

test('what a kind asks for is refused with path and reason, and a used entity with who uses it', async () => {
  const plane = await startTestPlane();
  await commit(plane, ...oneOfEach);
  const { problems } = await commit(
    plane,
    { putMember: { name: 'm', spec: { user: 'ada', role: 'MEMBER' } } },
    { putProject: { name: 'p', spec: { team: 'nobody' } } },
    { putUser: { name: 'u', spec: { email: 'nonsense' } } },
    { delete: { kind: 'ORGANIZATION', name: 'acme' } },
    { delete: { kind: 'WEBHOOK', name: 'ops' } },
  );
  expect(problems.map(({ code, name, path }) => [code, name, path])).toEqual([
    ['invalid_declaration', 'm', null],
    ['invalid_declaration', 'u', 'email'],
    ['unknown_reference', 'p', 'team'],
    ['still_referenced', 'acme', null],
    ['still_referenced', 'ops', null],
  ]);
});

test('aliases go in no circle, however long the way is, and share no name with a model', async () => {
  const plane = await startTestPlane();
  await commit(plane, ...oneOfEach);
  const chain = Array.from({ length: 8 }, (_, index) => ({
    putAlias: { name: `a${index + 1}`, spec: { alias: index === 0 ? 'best' : `a${index}` } },
  }));
  expect(await commit(plane, ...chain)).toMatchObject({ committed: true, problems: [] });
  const circle = await commit(plane, { putAlias: { name: 'best', spec: { alias: 'a8' } } });
  expect(circle.problems).toMatchObject([
    { code: 'invalid_declaration', name: 'best', path: 'alias', message: expect.stringContaining('best → a8 → a7') },
  ]);
  const spec = { deployments: [{ provider: 'demo', model: 'x' }] };
  const taken = [{ putAlias: { name: 'm', spec: { alias: 'a1' } } }, { putModel: { name: 'best', spec } }];
  for (const change of taken) expect((await commit(plane, change)).problems).toMatchObject([{ code: 'name_taken' }]);
});

test('a rotated key answers its earlier secret, which no other key may have', async () => {
  const plane = await startTestPlane();
  const secret = { value: 'the-first-secret-of-k' };
  await commit(plane, { putVirtualKey: { name: 'k', spec: { secret } } });
  const rotated = await commit(plane, { rotateVirtualKey: { name: 'k', grace: '24h' } });
  expect(rotated).toMatchObject({
    committed: true,
    issuedSecrets: [{ name: 'k', secret: expect.stringMatching(/^sk-tg-/) }],
  });
  const { data } = await plane.ask('{ virtualKey(name: "k") { previousSecrets { secretHashPrefix } } }');
  expect(data['virtualKey']).toMatchObject({
    previousSecrets: [{ secretHashPrefix: expect.stringMatching(/^[0-9a-f]{8}$/) }],
  });
  const twin = await commit(plane, { putVirtualKey: { name: 'twin', spec: { secret } } });
  expect(twin.problems).toMatchObject([{ code: 'secret_taken', name: 'twin', path: 'secret' }]);
  const wrong = await commit(plane, { rotateVirtualKey: { name: 'k', grace: 'tomorrow' } });
  expect(wrong.problems).toMatchObject([{ code: 'invalid_declaration', name: 'k', path: 'grace' }]);
});

test('a blocked tenant says so', async () => {
  const plane = await startTestPlane();
  await commit(plane, ...oneOfEach);
  expect((await plane.ask('mutation { blockTeam(name: "search") { committed } }')).data).toEqual({
    blockTeam: { committed: true },
  });
  expect((await plane.ask('{ team(name: "search") { blocked } }')).data).toEqual({ team: { blocked: true } });
});
