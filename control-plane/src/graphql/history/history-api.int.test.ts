import { expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../../test-support/test-plane.ts';

type Json = Record<string, never>;

async function ask<Answer>(plane: TestPlane, query: string, variables: object = {}): Promise<Answer> {
  const { data, errors } = await plane.ask(query, variables);
  expect(errors).toEqual([]);
  return Object.values(data)[0] as unknown as Answer;
}

const refusal = async (plane: TestPlane, query: string) => (await plane.ask(query)).errors[0];

const commit = (plane: TestPlane, changes: object[], options: object = {}) =>
  ask<{ revision: number; committed: boolean }>(
    plane,
    'mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { revision committed problems { message } } }',
    { input: { changes, ...options } },
  );

const team = (name: string, ...models: string[]) => ({ putTeam: { name, spec: { models } } });

async function setUp() {
  const plane = await startTestPlane();
  await commit(plane, [team('a', 'x'), team('b', 'x'), team('c', 'x')], {
    owner: 'acme',
    source: 'CLI',
    reason: 'start',
  });
  const between = new Date();
  while (new Date() <= between) await new Promise((resolve) => setImmediate(resolve));
  await commit(plane, [team('a', 'y'), { delete: { kind: 'TEAM', name: 'b' } }, team('d')], { reason: 'second' });
  return { plane, between: between.toISOString() };
}

test('every entity can be read as of a revision or an instant, alone and in lists', async () => {
  const { plane, between } = await setUp();
  for (const asOf of [{ revision: 3 }, { time: between }]) {
    const { data } = await plane.ask(
      `query ($asOf: AsOf) {
        one: team(name: "a", asOf: $asOf) { models owner revision }
        gone: team(name: "b", asOf: $asOf) { name }
        many: teams(asOf: $asOf) { totalCount edges { node { name } } }
      }`,
      { asOf },
    );
    expect(data).toEqual({
      one: { models: ['x'], owner: 'acme', revision: 3 },
      gone: { name: 'b' },
      many: { totalCount: 3, edges: ['a', 'b', 'c'].map((name) => ({ node: { name } })) },
    });
  }
  expect(await ask<Json>(plane, '{ teams(asOf: { revision: 0 }) { totalCount } }')).toEqual({ totalCount: 0 });
  expect(await ask<Json>(plane, '{ team(name: "b") { name } }')).toBeNull();
});

test.each([
  ['{ team(name: "a", asOf: { revision: 99 }) { name } }', 'asOf: there is no revision 99 yet; the current one is 6'],
  ['{ teams(asOf: { revision: 2 }) { totalCount } }', 'asOf: 2 is no revision but an event within one'],
  ['{ teams(asOf: { time: "2999-01-01T00:00:00Z" }) { totalCount } }', 'is in the future'],
  ['{ teams(asOf: {}) { totalCount } }', 'asOf must have exactly one of revision and time'],
  ['{ diff(from: { revision: 1 }) { edges { cursor } } }', 'from: 1 is no revision'],
  ['mutation { rollback(input: { to: { revision: 99 } }) { committed } }', 'input.to: there is no revision 99 yet'],
])('%s is bad input: %s', async (query, message) => {
  const { plane } = await setUp();
  expect(await refusal(plane, query)).toMatchObject({
    message: expect.stringContaining(message),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('revisions are listed newest first, with who and why', async () => {
  const { plane } = await setUp();
  const { edges } = await ask<{ edges: { node: object }[] }>(
    plane,
    '{ revisions { edges { node { revision actor source reason checksum hash } } } }',
  );
  const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(edges.map(({ node }) => node)).toEqual([
    { revision: 6, actor: 'admin', source: 'API', reason: 'second', checksum: sha256, hash: sha256 },
    { revision: 3, actor: 'admin', source: 'CLI', reason: 'start', checksum: sha256, hash: sha256 },
  ]);
});

test('two revisions are compared entity by entity and field by field, in pages, either way round', async () => {
  const { plane } = await setUp();
  type Page = { edges: { node: Json }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
  const page = (after?: string) =>
    ask<Page>(
      plane,
      `query ($after: String) { diff(from: { revision: 3 }, first: 2, after: $after) {
        edges { node { action kind name ownerBefore ownerAfter fields { path before after } } } pageInfo { endCursor hasNextPage }
      } }`,
      { after },
    );
  const first = await page();
  const second = await page(first.pageInfo.endCursor);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  expect([...first.edges, ...second.edges].map(({ node }) => node)).toEqual([
    {
      action: 'UPDATE',
      kind: 'TEAM',
      name: 'a',
      ownerBefore: 'acme',
      ownerAfter: 'api',
      fields: [{ path: 'models', before: '["x"]', after: '["y"]' }],
    },
    {
      action: 'DELETE',
      kind: 'TEAM',
      name: 'b',
      ownerBefore: 'acme',
      ownerAfter: null,
      fields: [{ path: 'models', before: '["x"]', after: null }],
    },
    {
      action: 'CREATE',
      kind: 'TEAM',
      name: 'd',
      ownerBefore: null,
      ownerAfter: 'api',
      fields: [{ path: 'models', before: null, after: '[]' }],
    },
  ]);
  const back = await ask<Page>(
    plane,
    '{ diff(from: { revision: 6 }, to: { revision: 3 }) { edges { node { action name } } } }',
  );
  expect(back.edges.map(({ node }) => `${node['action']} ${node['name']}`)).toEqual([
    'UPDATE a',
    'CREATE b',
    'DELETE d',
  ]);
});

test('the history of an entity says who did what, through what and why, also across its deletion', async () => {
  const { plane } = await setUp();
  await commit(plane, [{ delete: { kind: 'TEAM', name: 'a' } }], { reason: 'gone' });
  await commit(plane, [team('a', 'z')], { owner: 'acme', source: 'CLI', reason: 'again' });
  type Page = { edges: { node: object }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
  const page = (after?: string) =>
    ask<Page>(
      plane,
      `query ($after: String) { entityHistory(kind: TEAM, name: "a", first: 3, after: $after) {
        edges { node { version revision type action owner source reason fields { path before after } } }
        pageInfo { endCursor hasNextPage }
      } }`,
      { after },
    );
  const first = await page();
  const second = await page(first.pageInfo.endCursor);
  const models = (before: string | null, after: string | null) => [{ path: 'models', before, after }];
  expect([...first.edges, ...second.edges].map(({ node }) => node)).toEqual([
    {
      version: 4,
      revision: 8,
      type: 'TeamCreated',
      action: 'CREATE',
      owner: 'acme',
      source: 'CLI',
      reason: 'again',
      fields: models(null, '["z"]'),
    },
    {
      version: 3,
      revision: 7,
      type: 'TeamDeleted',
      action: 'DELETE',
      owner: 'api',
      source: 'API',
      reason: 'gone',
      fields: models('["y"]', null),
    },
    {
      version: 2,
      revision: 6,
      type: 'TeamUpdated',
      action: 'UPDATE',
      owner: 'api',
      source: 'API',
      reason: 'second',
      fields: models('["x"]', '["y"]'),
    },
    {
      version: 1,
      revision: 3,
      type: 'TeamCreated',
      action: 'CREATE',
      owner: 'acme',
      source: 'CLI',
      reason: 'start',
      fields: models(null, '["x"]'),
    },
  ]);
});

test('a rollback is planned, committed, and found in the history', async () => {
  const { plane } = await setUp();
  const input = { to: { revision: 3 }, entities: [{ kind: 'TEAM', name: 'a' }], reason: 'y is broken' };
  const plan = await ask<Json>(
    plane,
    'query ($input: RollbackInput!) { planRollback(input: $input) { revision entries { action name owner } problems { code } } }',
    { input },
  );
  expect(plan).toEqual({ revision: 6, entries: [{ action: 'UPDATE', name: 'a', owner: 'acme' }], problems: [] });
  const done = await ask<Json>(
    plane,
    'mutation ($input: RollbackInput!) { rollback(input: $input) { committed revision changeSetId } }',
    { input },
  );
  expect(done).toMatchObject({ committed: true, revision: 7 });
  const events = await ask<{ edges: { node: object }[] }>(
    plane,
    '{ events(first: 1) { edges { node { type data reason rolledBackTo owner } } } }',
  );
  expect(events.edges[0]?.node).toEqual({
    type: 'TeamRestored',
    data: { spec: { models: ['x'] } },
    reason: 'y is broken',
    rolledBackTo: 3,
    owner: 'acme',
  });
});

test('no secret is in a comparison, a history or an event of any kind', async () => {
  const plane = await startTestPlane();
  const key = (value: string) => ({ putVirtualKey: { name: 'k', spec: { secret: { value } } } });
  const provider = (value: string) => ({ putProvider: { name: 'p', spec: { type: 'openai', apiKey: { value } } } });
  await commit(plane, [key('sk-SECRET-first-key'), provider('sk-SECRET-1')]);
  await plane.ask('mutation { rotateVirtualKey(name: "k", grace: "1h") { committed } }');
  await commit(plane, [provider('sk-SECRET-2')]);
  await plane.ask('mutation { rollback(input: { to: { revision: 2 } }) { committed } }');
  const answers = [
    await ask(plane, '{ diff(from: { revision: 0 }) { edges { node { fields { path before after } } } } }'),
    await ask(
      plane,
      '{ diff(from: { revision: 2 }, to: { revision: 4 }) { edges { node { fields { path before after } } } } }',
    ),
    await ask(
      plane,
      '{ entityHistory(kind: VIRTUAL_KEY, name: "k") { edges { node { type fields { path before after } } } } }',
    ),
    await ask(
      plane,
      '{ entityHistory(kind: PROVIDER, name: "p") { edges { node { fields { path before after } } } } }',
    ),
    await ask(plane, '{ events { edges { node { type data } } } }'),
  ];
  const text = JSON.stringify(answers);
  expect(text).not.toMatch(/SECRET|sealed|fingerprint|sha256|[0-9a-f]{40}/);
  expect(text).toContain('(secret changed)');
  expect(text).toContain('VirtualKeyRestored');
});
