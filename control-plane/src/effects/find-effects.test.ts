import type { EntityKind } from '@tollgate/schema';
import { describe, expect, it } from 'vitest';
import { type EntityId, type EntityState, toEntityId } from '../aggregate/entity.ts';
import { findEffects } from './find-effects.ts';
import { type Change, type Declared, idOf, withChanges } from './world.ts';

const NOW_MS = Date.parse('2027-01-01T00:00:00Z');

const entity = (kind: EntityKind, name: string, spec: object, rest: object = {}): Declared => ({
  kind,
  name,
  state: { spec, ...rest } as unknown as EntityState,
});
const key = (name: string, spec: object, rest: object = {}) =>
  entity('virtual-key', name, { secret: { sha256: name }, ...spec }, rest);
const model = (name: string) => entity('model', name, { deployments: [] });

const WORLD: readonly Declared[] = [
  model('gpt'),
  model('claude'),
  model('openai/*'),
  entity('team', 'search', { models: ['gpt', 'openai/*'] }),
  key('narrow', { team: 'search', models: ['gpt'] }),
  key('wide', { team: 'search' }),
  key('alone', {}),
  key('elsewhere', { models: ['claude'] }),
];

function worldOf(entities: readonly Declared[]) {
  const publicNames = new Set(entities.filter(({ kind }) => kind === 'model').map(({ name }) => name));
  return { entities: new Map(entities.map((one) => [idOf(one), one])), publicNames };
}

/** What the puts and deletions mean for everything in the world. */
function effects(changes: readonly { put?: Declared; gone?: EntityId }[], entities = WORLD) {
  const before = worldOf(entities);
  const made = changes.map(({ put, gone }): Change => {
    const id = put ? idOf(put) : (gone ?? 'team:none');
    const [kind, name] = id.split(':', 2) as [EntityKind, string];
    return { id, kind, name, before: before.entities.get(id), after: put?.state };
  });
  const found = findEffects([...before.entities.keys()], { before, after: withChanges(before, made), nowMs: NOW_MS });
  const isThere = (value: unknown) => value !== null && value !== false && !(Array.isArray(value) && !value.length);
  return found.map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => isThere(value))));
}

describe('findEffects', () => {
  it('names who loses and who gains models when a team changes, keys of the team among them', () => {
    expect(effects([{ put: entity('team', 'search', { models: ['openai/*', 'claude'] }) }])).toEqual([
      { id: 'team:search', modelsGained: ['claude'], modelsLost: ['gpt'] },
      { id: 'virtual-key:narrow', modelsLost: ['gpt'] },
      { id: 'virtual-key:wide', modelsGained: ['claude'], modelsLost: ['gpt'] },
    ]);
  });

  it('says nothing of a permission that leads to no model', () => {
    expect(effects([{ put: entity('team', 'search', { models: ['gpt', 'openai/*', 'no-such-model'] }) }])).toEqual([]);
  });

  it('names everyone who may ask for a model that comes or goes', () => {
    expect(effects([{ gone: 'model:claude' }, { put: model('gemini') }])).toEqual([
      { id: 'virtual-key:alone', modelsGained: ['gemini'], modelsLost: ['claude'] },
      { id: 'virtual-key:elsewhere', modelsLost: ['claude'] },
    ]);
  });

  it('names keys that stop working, and why', () => {
    expect(
      effects([
        { gone: toEntityId('virtual-key', 'alone') },
        { put: key('wide', { team: 'search' }, { blocked: true }) },
        { put: key('narrow', { team: 'search', models: ['gpt'], expiresAt: '2026-12-31T23:59:59Z' }) },
        { put: entity('virtual-key', 'elsewhere', { models: ['claude'], secret: { sha256: 'another' } }) },
      ]),
    ).toEqual([
      { id: 'virtual-key:alone', stops: 'it is deleted' },
      { id: 'virtual-key:elsewhere', stops: 'its secret changes: the old one is refused' },
      { id: 'virtual-key:narrow', stops: 'it has expired' },
      { id: 'virtual-key:wide', stops: 'it is blocked' },
    ]);
  });

  it('finds what a blocked team means for its keys, and when it ends', () => {
    const blocked = entity('team', 'search', { models: ['gpt', 'openai/*'] }, { blocked: true });
    const stopped = effects([{ put: blocked }]);
    expect(stopped).toMatchObject([
      { id: 'virtual-key:narrow', stops: 'team search is blocked' },
      { id: 'virtual-key:wide', stops: 'team search is blocked' },
    ]);
    const world = WORLD.map((one) => (one.kind === 'team' ? blocked : one));
    expect(effects([{ put: entity('team', 'search', {}) }], world)).toMatchObject([
      { id: 'virtual-key:narrow', starts: true },
      { id: 'virtual-key:wide', starts: true },
    ]);
  });

  it('tells limits that go up and down, to whom they are set and to all whom they bind', () => {
    const limited = (amount: string) => ({ models: ['gpt', 'openai/*'], budgets: [{ limit: amount, window: 'day' }] });
    const world = [...WORLD.filter(({ kind }) => kind !== 'team'), entity('team', 'search', limited('10 USD'))];
    const change = {
      setOn: 'team:search',
      measure: 'USD per day',
      before: '10 USD',
      after: '5 USD',
      direction: 'down',
    };
    expect(effects([{ put: entity('team', 'search', limited('5 USD')) }], world)).toEqual([
      { id: 'team:search', limits: [change] },
      { id: 'virtual-key:narrow', limits: [change] },
      { id: 'virtual-key:wide', limits: [change] },
    ]);
  });

  it('leaves out what is created: the plan itself says what it may do', () => {
    expect(effects([{ put: key('new', {}) }])).toEqual([]);
  });
});
