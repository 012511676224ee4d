import { expect, test } from 'vitest';
import { type Entity, type EntityId, type EntityState, parseEntityId } from '../aggregate/entity.ts';
import { linksOf } from '../projection/entity-links.ts';
import { createTestSecrets, MOCK_PROVIDER, modelOn, put } from '../test-support/fixed-ports.ts';
import type { ChangeSetRequest, RequestedChange } from './change-request.ts';
import type { Current } from './current.ts';
import { planChanges } from './plan-changes.ts';
import { takeIn } from './take-in.ts';

const at = new Date('2026-01-01T00:00:00Z');
const lastCommit = { revision: 7, actor: 'ada', source: 'cli', committedAt: at };
const last = { owner: 'api', ownedSince: { revision: 7, at }, changedBy: 'ada', changeSource: 'api' };
const hash = (digit: string) => ({ sha256: digit.repeat(64) });

function currentOf(states: Record<EntityId, EntityState>): Current {
  const entities = Object.entries(states).map(([id, state]): [EntityId, Entity] => [
    id as EntityId,
    { ...parseEntityId(id), version: 3, revision: 7, state, ...last, createdAt: at, updatedAt: at },
  ]);
  const versions = new Map(entities.map(([id]) => [id, 3]));
  return { lastCommit, entities: new Map(entities), users: usersIn(entities), versions };
}

/** As they are read from the database: of each entity, who refers to it. */
function usersIn(entities: readonly (readonly [EntityId, Entity])[]): ReadonlyMap<EntityId, readonly EntityId[]> {
  const uses = entities.flatMap(([id, { kind, state }]) =>
    [...linksOf(kind, state.spec).refs, ...linksOf(kind, state.spec).mentions].map((ref) => ({ id, ref })),
  );
  return new Map(entities.map(([id]) => [id, uses.filter(({ ref }) => ref === id).map((use) => use.id)]));
}

function plan(changes: readonly RequestedChange[], current: Current, more: Omit<ChangeSetRequest, 'changes'> = {}) {
  const { commands, rejected, problems } = takeIn({ changes, ...more }, createTestSecrets(), at);
  const declarer = {
    owner: more.owner ?? 'api',
    isDocument: more.owner !== undefined,
    takeOver: more.takeOver ?? false,
  };
  const planned = planChanges({ commands, rejected, declarer }, current);
  return { ...planned, problems: [...problems, ...planned.problems] };
}

const empty: Current = { lastCommit: undefined, entities: new Map(), users: new Map(), versions: new Map() };
const problemsOf = (...args: Parameters<typeof plan>) =>
  plan(...args).problems.map(({ code, kind, name, path }) => [code, kind, name, path].filter(Boolean).join(' '));

test('entities may refer to others that the same change set creates, in any order', () => {
  const { problems, effects } = plan([put('model', 'm', modelOn('p')), put('provider', 'p', MOCK_PROVIDER)], empty);
  expect(problems).toEqual([]);
  expect(effects.map(({ id, expectedVersion }) => [id, expectedVersion])).toEqual([
    ['model:m', 0],
    ['provider:p', 0],
  ]);
});

test('what is already as declared has no effect', () => {
  const current = currentOf({ 'team:t': { spec: { models: ['a'] } } });
  expect(plan([put('team', 't', { models: ['a'] })], current)).toMatchObject({ problems: [], effects: [] });
});

test('a name that was deleted continues its stream', () => {
  const { effects } = plan([put('team', 't', {})], { ...empty, versions: new Map([['team:t', 4]]) });
  expect(effects).toMatchObject([{ expectedVersion: 4, before: undefined }]);
});

test('all problems are given at once, each with its entity and path', () => {
  const current = currentOf({
    'provider:used': { spec: MOCK_PROVIDER },
    'model:user': { spec: modelOn('used') },
    'team:t': { spec: {} },
    'virtual-key:k': { spec: { secret: hash('a'), team: 't' } },
  });
  const changes = [
    put('model', 'lost', modelOn('nowhere')),
    put('provider', 'keyless', { type: 'openai' }),
    put('provider', 'odd', { type: 'nonsense' }),
    put('virtual-key', 'twin', { secret: hash('a') }),
    put('team', 'bad name', {}),
    put('team', 'nul', { models: 3 }),
    { op: 'delete', kind: 'provider', name: 'used' },
    { op: 'delete', kind: 'team', name: 't' },
    { op: 'delete', kind: 'team', name: 't' },
    { op: 'block', kind: 'virtual-key', name: 'gone' },
  ] as const;
  expect(problemsOf(changes, current).sort()).toEqual(
    [
      'unknown_reference model lost deployments[0].provider',
      'invalid_declaration provider keyless apiKey',
      'invalid_declaration provider odd type',
      'secret_taken virtual-key twin secret',
      'invalid_declaration team bad name name',
      'invalid_declaration team nul models',
      'still_referenced provider used',
      'still_referenced team t',
      'duplicate_change team t',
      'not_found virtual-key gone',
    ].sort(),
  );
});

test('what still uses a deleted entity is named, unless it is deleted with it', () => {
  const current = currentOf({ 'provider:p': { spec: MOCK_PROVIDER }, 'model:m': { spec: modelOn('p') } });
  const deleteProvider = { op: 'delete', kind: 'provider', name: 'p' } as const;
  expect(plan([deleteProvider], current).problems[0]?.message).toBe('provider p is still used by model m');
  expect(plan([deleteProvider, { op: 'delete', kind: 'model', name: 'm' }], current).problems).toEqual([]);
});

test('a model that is put anew on a provider which the same change set deletes has an unknown reference', () => {
  const current = currentOf({ 'provider:p': { spec: MOCK_PROVIDER } });
  const changes = [{ op: 'delete', kind: 'provider', name: 'p' }, put('model', 'm', modelOn('p'))] as const;
  expect(problemsOf(changes, current)).toEqual(['unknown_reference model m deployments[0].provider']);
});

test('a wrong declaration is reported once, not again by all that refer to it', () => {
  const changes = [put('provider', 'p', { type: 'nonsense' }), put('model', 'm', modelOn('p'))];
  expect(problemsOf(changes, empty)).toEqual(['invalid_declaration provider p type']);
});

test('a provider that is no mock any more is refused if a model still has mock behaviour on it', () => {
  const deployments = [{ provider: 'p', model: 'a', mock: { tokens: 1 } }];
  const current = currentOf({ 'provider:p': { spec: MOCK_PROVIDER }, 'model:m': { spec: { deployments } } });
  const change = put('provider', 'p', { type: 'openai', apiKey: { value: 'secret' } });
  expect(problemsOf([change], current)).toEqual(['invalid_declaration model m deployments[0].mock']);
});

test('blocking a key asks nothing of its team, which need not be loaded', () => {
  const current = currentOf({ 'virtual-key:k': { spec: { secret: hash('a'), team: 't' } } });
  expect(plan([{ op: 'block', kind: 'virtual-key', name: 'k' }], current)).toMatchObject({
    problems: [],
    effects: [{ events: [{ type: 'VirtualKeyBlocked' }] }],
  });
});

test('two keys may exchange their secrets, but not have the same', () => {
  const current = currentOf({
    'virtual-key:a': { spec: { secret: hash('a') } },
    'virtual-key:b': { spec: { secret: hash('b') } },
  });
  const exchange = [put('virtual-key', 'a', { secret: hash('b') }), put('virtual-key', 'b', { secret: hash('a') })];
  expect(plan(exchange, current).problems).toEqual([]);
  expect(problemsOf([put('virtual-key', 'a', { secret: hash('b') })], current)).toEqual([
    'secret_taken virtual-key a secret',
  ]);
  const twins = [put('virtual-key', 'c', { secret: hash('c') }), put('virtual-key', 'd', { secret: hash('c') })];
  expect(problemsOf(twins, current)).toHaveLength(2);
});

test('only a new key without a secret is issued one', () => {
  const current = currentOf({ 'virtual-key:old': { spec: { secret: hash('a') } } });
  const changes = [
    put('virtual-key', 'new', {}),
    put('virtual-key', 'old', { tags: ['x'] }),
    put('virtual-key', 'own', { secret: { value: 'sk-my-own-secret-key' } }),
  ];
  const { issuedSecrets, problems } = plan(changes, current);
  expect(problems).toEqual([]);
  expect(issuedSecrets).toEqual([{ name: 'new', secret: expect.stringMatching(/^sk-tg-/) }]);
});

test('text that Postgres cannot hold is refused with its path', () => {
  const changes = [
    put('virtual-key', 'k', { metadata: { note: 'a\0b' } }),
    put('virtual-key', 'l', { tags: ['\ud800'] }),
  ];
  expect(problemsOf(changes, empty)).toEqual([
    'invalid_declaration virtual-key k metadata.note',
    'invalid_declaration virtual-key l tags[0]',
  ]);
  expect(problemsOf([], empty, { reason: '\0' })).toEqual(['invalid_declaration reason']);
});

test('no message repeats a secret', () => {
  const changes = [
    put('provider', 'a', { type: 'mock', apiKey: { value: 'sk-SECRET with blanks' } }),
    put('provider', 'b', { type: 'mock', apiKey: 'sk-SECRET' }),
    put('virtual-key', 'c', { secret: { value: 'sk-SECRET' } }),
    put('virtual-key', 'd', { secret: { sha256: 'sk-SECRET' } }),
  ];
  const { problems } = plan(changes, empty);
  expect(problems).toHaveLength(4);
  expect(JSON.stringify(problems)).not.toContain('SECRET');
});

test('more than 10,000 changes are refused as a whole', () => {
  const changes = Array.from({ length: 10_001 }, (_, index) => put('team', `t${index}`, {}));
  expect(problemsOf(changes, empty)).toEqual(['too_many_changes']);
});
