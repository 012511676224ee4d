import { expect, onTestFinished, test, vi } from 'vitest';
import { internalHeaders } from '../test-support/test-node.ts';
import { askGraphQL, startTestPlane, TEST_ADMIN_TOKEN, type TestPlane } from '../test-support/test-plane.ts';

const COMMIT = `mutation ($input: ChangeSetInput!) {
  commitChangeSet(input: $input) {
    committed revision changeSetId
    entries { action kind name fields { path before after } }
    problems { code message kind name path }
    issuedSecrets { name secret }
  }
}`;

const setUp = (plane: TestPlane) =>
  plane.ask(COMMIT, {
    input: {
      source: 'CLI',
      reason: 'set-up',
      changes: [
        { putProvider: { name: 'demo', spec: { type: 'mock' } } },
        {
          putProvider: { name: 'real', spec: { type: 'openai', apiKey: { value: 'sk-SECRET', ref: { env: 'KEY' } } } },
        },
        { putModel: { name: 'm/1', spec: { deployments: [{ provider: 'demo', model: 'x', mock: { tokens: 3 } }] } } },
        { putTeam: { name: 'search', spec: { models: ['m/1'] } } },
        { putVirtualKey: { name: 'k', spec: { team: 'search', tags: ['prod'], metadata: { owner: 'ada' } } } },
      ],
    },
  });

test('a change set of every kind is committed, and each entity is answered as declared', async () => {
  const plane = await startTestPlane();
  const { data } = await setUp(plane);
  expect(data['commitChangeSet']).toMatchObject({
    committed: true,
    revision: 5,
    problems: [],
    issuedSecrets: [{ name: 'k', secret: expect.stringMatching(/^sk-tg-.{43}$/) }],
  });
  const answer = await plane.ask(`{
    revision
    provider(name: "real") { id type baseUrl apiKey { isSet ref { env file } } version revision }
    model(name: "m/1") { deployments { name effectiveName provider model weight mock } routing { timeout } }
    team(name: "search") { models }
    virtualKey(name: "k") { team models expiresAt blocked tags metadata secretHashPrefix }
    missing: team(name: "nobody") { id }
  }`);
  expect(answer.errors).toEqual([]);
  expect(answer.data).toEqual({
    revision: 5,
    provider: {
      id: 'provider:real',
      type: 'openai',
      baseUrl: null,
      apiKey: { isSet: true, ref: { env: 'KEY', file: null } },
      version: 1,
      revision: 5,
    },
    model: {
      deployments: [
        { name: null, effectiveName: 'demo/x', provider: 'demo', model: 'x', weight: null, mock: { tokens: 3 } },
      ],
      routing: null,
    },
    team: { models: ['m/1'] },
    virtualKey: {
      team: 'search',
      models: null,
      expiresAt: null,
      blocked: false,
      tags: ['prod'],
      metadata: { owner: 'ada' },
      secretHashPrefix: expect.stringMatching(/^[0-9a-f]{8}$/),
    },
    missing: null,
  });
});

test('the log is answered newest first, in pages, without secrets', async () => {
  const plane = await startTestPlane();
  await setUp(plane);
  const query = `query ($after: String) { events(first: 3, after: $after) {
    edges { node { position type stream data actor source reason changeSetId recordedAt } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  } }`;
  type Events = { edges: { node: { position: number } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  const first = (await plane.ask(query)).data['events'] as unknown as Events;
  const second = (await plane.ask(query, { after: first.pageInfo.endCursor })).data['events'] as unknown as Events;
  expect([...first.edges, ...second.edges].map(({ node }) => node.position)).toEqual([5, 4, 3, 2, 1]);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  expect(first.edges[0]?.node).toMatchObject({ type: 'VirtualKeyCreated', source: 'CLI', reason: 'set-up' });
  expect(JSON.stringify([first, second])).not.toMatch(/SECRET|sealed|fingerprint|sha256/);
});

test('lists are paged by name with a cursor and a total', async () => {
  const plane = await startTestPlane();
  const changes = ['b', 'a', 'd', 'c', 'B'].map((name) => ({ putTeam: { name, spec: {} } }));
  await plane.ask(COMMIT, { input: { changes } });
  const query =
    'query ($after: String) { teams(first: 2, after: $after) { totalCount edges { node { name } } pageInfo { endCursor hasNextPage } } }';
  type Teams = {
    totalCount: number;
    edges: { node: { name: string } }[];
    pageInfo: { endCursor: string; hasNextPage: boolean };
  };
  const names: string[] = [];
  let after: string | null = null;
  do {
    const teams: Teams = (await plane.ask(query, { after })).data['teams'] as unknown as Teams;
    expect(teams.totalCount).toBe(5);
    names.push(...teams.edges.map(({ node }) => node.name));
    after = teams.pageInfo.hasNextPage ? teams.pageInfo.endCursor : null;
  } while (after !== null);
  expect(names).toEqual(['B', 'a', 'b', 'c', 'd']);
});

test('a plan lists what would change and every problem, and changes nothing', async () => {
  const plane = await startTestPlane();
  await setUp(plane);
  const plan = (changes: object[]) =>
    plane.ask(
      'query ($input: ChangeSetInput!) { planChangeSet(input: $input) { revision entries { action kind name fields { path before after } } problems { code kind name path } } }',
      { input: { changes } },
    );
  const good = await plan([
    { putTeam: { name: 'search', spec: {} } },
    { putProvider: { name: 'real', spec: { type: 'openai', apiKey: { value: 'other' } } } },
    { putProvider: { name: 'demo', spec: { type: 'mock' } } },
  ]);
  expect(good.data['planChangeSet']).toEqual({
    revision: 5,
    problems: [],
    entries: [
      { action: 'UPDATE', kind: 'TEAM', name: 'search', fields: [{ path: 'models', before: '["m/1"]', after: null }] },
      {
        action: 'UPDATE',
        kind: 'PROVIDER',
        name: 'real',
        fields: [
          { path: 'apiKey.ref', before: '{"env":"KEY"}', after: null },
          { path: 'apiKey.value', before: '"(secret)"', after: '"(secret changed)"' },
        ],
      },
    ],
  });
  const bad = await plan([
    { delete: { kind: 'TEAM', name: 'search' } },
    { putModel: { name: 'x', spec: { deployments: [{ provider: 'demo', model: '' }] } } },
  ]);
  expect(bad.data['planChangeSet']).toMatchObject({
    problems: [
      { code: 'invalid_declaration', kind: 'MODEL', name: 'x', path: 'deployments[0].model' },
      { code: 'still_referenced', kind: 'TEAM', name: 'search', path: null },
    ],
  });
  expect((await plane.ask('{ revision }')).data).toEqual({ revision: 5 });
});

test('the short mutations create, block, unblock, rotate and delete through the same core', async () => {
  const plane = await startTestPlane();
  const fields = '{ committed revision problems { code } issuedSecrets { name } }';
  const run = async (mutation: string) =>
    Object.values((await plane.ask(`mutation { ${mutation} ${fields} }`)).data)[0];
  const fresh = 'options: { expectedVersion: 0 }';
  expect(await run(`putVirtualKey(name: "k", ${fresh})`)).toMatchObject({
    committed: true,
    issuedSecrets: [{ name: 'k' }],
  });
  expect(await run(`putVirtualKey(name: "k", spec: {}, ${fresh})`)).toMatchObject({
    problems: [{ code: 'stale_version' }],
  });
  expect(await run('blockVirtualKey(name: "k")')).toMatchObject({ committed: true, revision: 2 });
  expect(await run('blockVirtualKey(name: "k")')).toMatchObject({ committed: false, revision: 2, problems: [] });
  expect(await run('unblockVirtualKey(name: "k")')).toMatchObject({ committed: true, revision: 3 });
  expect(await run('rotateVirtualKey(name: "k", grace: "1h")')).toMatchObject({
    committed: true,
    revision: 4,
    issuedSecrets: [{ name: 'k' }],
  });
  expect(await run('deleteVirtualKey(name: "k")')).toMatchObject({ committed: true, revision: 5 });
  expect(await run('deleteVirtualKey(name: "k")')).toMatchObject({ problems: [{ code: 'not_found' }] });
});

test('without the admin token everything but introspection is refused with 401', async () => {
  const { url } = await startTestPlane();
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: internalHeaders.authorization }]) {
    for (const query of [
      '{ revision }',
      '{ __typename revision }',
      'mutation { blockVirtualKey(name: "k") { committed } }',
    ]) {
      const answer = await askGraphQL(url, JSON.stringify({ query }), headers);
      expect([answer.status, answer.errors[0]?.extensions]).toEqual([401, { code: 'UNAUTHENTICATED' }]);
    }
    const open = await askGraphQL(url, '{"query":"{ __schema { queryType { name } } }"}', headers);
    expect(open.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  }
});

test.each([
  ['GRAPHQL_PARSE_FAILED', '{ revision'],
  ['GRAPHQL_VALIDATION_FAILED', '{ nothing }'],
  [
    'QUERY_TOO_COMPLEX',
    '{ a: events(first: 500) { edges { node { type data actor source reason hash stream } } } b: events(first: 500) { edges { node { type data actor source reason hash stream } } } c: events(first: 500) { edges { node { type data actor source reason hash stream } } } d: events(first: 500) { edges { node { type data actor source reason hash stream } } } e: events(first: 500) { edges { node { type data actor source reason hash stream } } } f: events(first: 500) { edges { node { type data actor source reason hash stream } } } }',
  ],
  ['BAD_USER_INPUT', '{ teams(first: 501) { totalCount } }'],
  ['BAD_USER_INPUT', '{ teams(first: 0) { totalCount } }'],
  ['BAD_USER_INPUT', '{ teams(after: "%%%") { totalCount } }'],
  ['BAD_USER_INPUT', '{ events(after: "YQ") { edges { cursor } } }'],
  ['BAD_USER_INPUT', 'mutation { commitChangeSet(input: { changes: [{}] }) { committed } }'],
  ['UNAVAILABLE', '{ usage(from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z") { requests } }'],
])('the code %s is given for %s', async (code, query) => {
  const plane = await startTestPlane();
  expect((await plane.ask(query)).errors[0]?.extensions).toEqual({ code });
});

test('variables that are wrong in many places are refused with 400 and the places, and are no failure', async () => {
  const plane = await startTestPlane();
  const changes = Array.from({ length: 60 }, () => ({ putTeam: { name: 7, spec: {} } }));
  const { status, errors } = await plane.ask(COMMIT, { input: { changes } });
  expect([status, errors.length]).toEqual([400, 51]);
  expect(errors[0]?.message).toContain('input.changes[0].putTeam.name');
  expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['BAD_USER_INPUT']));
  expect(plane.logged()).toBe('');
});

test.each([
  ['a right query', '{"query":"{ revision }"}', 200],
  ['a wrong one', '{"query":"{ nothing }"}', 400],
  ['what is no JSON', '{', 400],
])('the answer to %s is to be stored by nobody', async (_, body, status) => {
  const { url } = await startTestPlane();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${TEST_ADMIN_TOKEN}` };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store']);
});

test('the schema is told also in what Node calls production, where the explorer needs it too', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { data } = await (await startTestPlane()).ask('{ __schema { queryType { name } } }');
  expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } });
});

test('no secret of a wrong input is in an answer or in the log', async () => {
  const plane = await startTestPlane();
  const spec = { type: 'openai', apiKey: 'sk-SECRET; at "x"' };
  const answers = [
    await plane.ask(COMMIT, { input: { changes: [{ putProvider: { name: 'p', spec } }] } }),
    await plane.ask('mutation { putVirtualKey(name: "k", spec: { secret: "sk-SECRET" }) { committed } }'),
    await plane.ask(COMMIT, {
      input: { changes: [{ putVirtualKey: { name: 'k', spec: { secret: { value: 'SECRET' } } } }] },
    }),
    await askGraphQL(plane.url, '{"query":"{ revision }","variables":{"value":"sk-SECRET"'),
    await askGraphQL(plane.url, `{"query":"{ revision }","__proto__":{"value":"sk-SECRET"}}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 200, 400, 400]);
  expect(JSON.stringify(answers)).not.toContain('SECRET');
  expect(plane.logged()).not.toContain('SECRET');
});

test('a body larger than 5 MB is refused with 413', async () => {
  const plane = await startTestPlane();
  expect((await plane.ask('{ revision }', { text: 'x'.repeat(5 * 1024 * 1024) })).status).toBe(413);
});

test('a browser that opens the address of the API is sent to the explorer, and runs no script from elsewhere', async () => {
  const { url } = await startTestPlane();
  const answer = await fetch(`${url}/graphql`, { headers: { accept: 'text/html,*/*' }, redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/explorer/']);
});
