import { expect, test } from 'vitest';
import type { ChangeOrigin, RequestedChange } from '../change-set/change-request.ts';
import { createTestChangeSets, MOCK_PROVIDER, modelOn, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';

/** A control plane that has committed these changes; tells the effects that others would have. */
async function given(changes: readonly RequestedChange[], ...then: readonly RequestedChange[]) {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const world = [
    put('provider', 'p', MOCK_PROVIDER),
    ...['gpt', 'claude'].map((name) => put('model', name, modelOn('p'))),
  ];
  expect(await changeSets.commit({ changes: [...world, ...changes] }, TEST_ORIGIN)).toMatchObject({ problems: [] });
  expect(await changeSets.commit({ changes: then }, TEST_ORIGIN)).toMatchObject({ problems: [] });
  const planAs =
    (origin: ChangeOrigin) =>
    async (...planned: readonly RequestedChange[]) => {
      const { effects, problems } = await changeSets.plan({ changes: planned }, origin);
      expect(problems).toEqual([]);
      return effects;
    };
  return Object.assign(planAs(TEST_ORIGIN), { planAs });
}

test('what whoever plans may not see is counted, and neither named as affected nor as what affects', async () => {
  const { planAs } = await given(
    [
      put('organization', 'o', { rateLimits: [{ limit: '10 concurrent' }] }),
      put('team', 'gone', { organization: 'o' }),
      put('team', 'here', {}),
      ...['a', 'b'].map((name) => put('virtual-key', name, { team: 'here' })),
    ],
    { op: 'block', kind: 'team', name: 'gone' },
  );
  const but = (...hidden: readonly string[]): ChangeOrigin => ({
    ...TEST_ORIGIN,
    canSee: async (ids) => new Set(ids.filter((id) => !hidden.includes(id))),
  });
  const narrowed = put('team', 'here', { models: ['gpt'] });
  const some = await planAs(but('virtual-key:a'))(narrowed);
  expect([some.affected.map(({ id }) => id), some.hidden]).toEqual([['team:here', 'virtual-key:b'], 1]);
  const moved = put('virtual-key', 'a', { team: 'gone' });
  expect(await planAs(but())(moved)).toMatchObject({ affected: [{ stops: 'team gone is blocked' }], hidden: 0 });
  expect(await planAs(but('team:gone'))(moved)).toMatchObject({
    affected: [{ id: 'virtual-key:a', stops: '1 entity that you may not see stops it', stoppedBy: null }],
  });
  const unblocked = { op: 'unblock', kind: 'team', name: 'gone' } as const;
  const bound = await planAs(but('organization:o'))(moved, unblocked);
  expect(JSON.stringify(bound)).not.toContain('organization');
  expect(JSON.stringify(await planAs(but())(moved, unblocked))).toContain('organization:o');
});

test('a plan names the keys of a team that it changes, and what they gain and lose', async () => {
  const effectsOf = await given([
    put('team', 't', { models: ['gpt'] }),
    put('virtual-key', 'member', { team: 't' }),
    put('virtual-key', 'other', {}),
  ]);
  expect(await effectsOf(put('team', 't', { models: ['claude'] }))).toMatchObject({
    isComplete: true,
    affected: [
      { id: 'team:t', modelsGained: ['claude'], modelsLost: ['gpt'] },
      { id: 'virtual-key:member', modelsGained: ['claude'], modelsLost: ['gpt'] },
    ],
  });
});

test('a plan that adds a model names who may ask for it: by name, group or wildcard, or without any restriction', async () => {
  const effectsOf = await given([
    put('team', 'none', { models: ['gpt'] }),
    put('access-group', 'g', { models: ['new'] }),
    put('virtual-key', 'by-group', { accessGroups: ['g'] }),
    put('virtual-key', 'by-name', { models: ['new'] }),
    put('virtual-key', 'by-wildcard', { models: ['n*'] }),
    put('virtual-key', 'free', {}),
    put('virtual-key', 'kept-out', { team: 'none' }),
    put('virtual-key', 'other', { models: ['gpt', 'x*'] }),
  ]);
  const { affected } = await effectsOf(put('model', 'new', modelOn('p')));
  expect(affected.map(({ id, modelsGained }) => `${id} ${modelsGained}`)).toEqual([
    'virtual-key:by-group new',
    'virtual-key:by-name new',
    'virtual-key:by-wildcard new',
    'virtual-key:free new',
  ]);
});

test('a plan says which lists name models that would not be there after it, whatever becomes of them', async () => {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  const world = [
    put('provider', 'p', MOCK_PROVIDER),
    ...['gpt', 'old', 'open/*'].map((name) => put('model', name, modelOn('p'))),
    put('alias', 'other', { model: 'gpt' }),
    put('virtual-key', 'before', { models: ['nothing'] }),
  ];
  await changeSets.commit({ changes: world }, TEST_ORIGIN);
  const there = ['gpt', 'other', 'new', 'open/any', 'open/*', 'later/*', '*'];
  const { namedInVain } = await changeSets.plan(
    {
      changes: [
        { op: 'delete', kind: 'model', name: 'old' },
        put('model', 'new', modelOn('p')),
        put('team', 'right', { models: there }),
        put('team', 'wrong', { models: [...there, 'old', 'gtp'] }),
        put('access-group', 'g', { models: ['gtp'] }),
      ],
    },
    TEST_ORIGIN,
  );
  expect(namedInVain).toEqual([
    { kind: 'team', name: 'wrong', models: ['gtp', 'old'] },
    { kind: 'access-group', name: 'g', models: ['gtp'] },
  ]);
});

test('a plan that changes a budget of its own names whom it binds, whatever they belong to in between', async () => {
  const budget = (limit: string) => put('budget', 'b', { scope: { organization: 'o' }, limit, window: 'month' });
  const effectsOf = await given([
    put('organization', 'o', {}),
    put('team', 't', { organization: 'o' }),
    put('project', 'x', { team: 't' }),
    put('virtual-key', 'k', { project: 'x' }),
    put('virtual-key', 'other', {}),
    budget('100 USD'),
  ]);
  const { affected } = await effectsOf(budget('80 USD'));
  const change = { setOn: 'organization:o', measure: 'USD per month', before: '100 USD', after: '80 USD' };
  expect(affected).toMatchObject(
    ['organization:o', 'team:t', 'project:x', 'virtual-key:k'].map((id) => ({
      id,
      limits: [{ ...change, direction: 'down' }],
    })),
  );
});

test('a plan that blocks a user names the keys that stop working', async () => {
  const effectsOf = await given([
    put('user', 'ada', { email: 'ada@example.com' }),
    put('virtual-key', 'hers', { user: 'ada' }),
    put('virtual-key', 'other', {}),
  ]);
  expect((await effectsOf({ op: 'block', kind: 'user', name: 'ada' })).affected).toMatchObject([
    { id: 'virtual-key:hers', stops: 'user ada is blocked' },
  ]);
});

test('a plan that moves a key to another team compares what both allow', async () => {
  const effectsOf = await given([
    put('team', 'old', { models: ['gpt'] }),
    put('team', 'new', { models: ['claude'] }),
    put('virtual-key', 'k', { team: 'old' }),
  ]);
  expect((await effectsOf(put('virtual-key', 'k', { team: 'new' }))).affected).toMatchObject([
    { id: 'virtual-key:k', modelsGained: ['claude'], modelsLost: ['gpt'] },
  ]);
});

test('of more keys than are looked at, it is said that there may be more', async () => {
  const keys = Array.from({ length: 2_001 }, (_, index) => put('virtual-key', `k${index}`, { team: 't' }));
  const effectsOf = await given([put('team', 't', {}), ...keys]);
  const { affected, isComplete } = await effectsOf(put('team', 't', { models: [] }));
  expect({ count: affected.length, isComplete }).toEqual({ count: 2_001, isComplete: false });
});

test('what is only created affects nobody', async () => {
  const effectsOf = await given([]);
  const created = [put('team', 'new', {}), put('virtual-key', 'new', { team: 'new' })];
  expect(await effectsOf(...created)).toEqual({ affected: [], hidden: 0, isComplete: true });
});
