import type { NodeConfigs, NodeQuota, SnapshotItem } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { compileGrant } from '../admission/key-grant.ts';
import { createConfigIndex } from '../config/config-index.ts';
import type { QuotaRequest } from './quota-scopes.ts';
import { createQuotaScopes } from './quota-scopes.ts';

/** A quota that is called as its owner is, so that it can be told which were found. */
const of = (id: string, more: Partial<NodeQuota> = {}): NodeQuota => ({ id, unit: 'requests', limit: 1, ...more });
const quotas = (id: string) => ({ quotas: [of(id)] });

const ITEMS: readonly SnapshotItem[] = [
  { kind: 'organization', id: 'acme', value: { ...quotas('organization'), tags: ['of-acme'] } },
  { kind: 'organization', id: 'other', value: quotas('another organization') },
  { kind: 'team', id: 'search', value: { organization: 'acme', ...quotas('team') } },
  { kind: 'project', id: 'index', value: { team: 'search', ...quotas('project') } },
  { kind: 'user', id: 'ada', value: quotas('user') },
  { kind: 'member', id: 'ada-search', value: { user: 'ada', team: 'search', ...quotas('member of the team') } },
  { kind: 'member', id: 'ada-acme', value: { user: 'ada', organization: 'acme', ...quotas('member of acme') } },
  { kind: 'member', id: 'ada-other', value: { user: 'ada', organization: 'other', ...quotas('member of another') } },
  { kind: 'member', id: 'bob-search', value: { user: 'bob', team: 'search', ...quotas('another member') } },
  { kind: 'customer', id: 'shop', value: { organization: 'acme', ...quotas('customer') } },
  { kind: 'customer', id: 'far', value: { organization: 'other', ...quotas('customer of another') } },
  { kind: 'customer', id: 'free', value: quotas('customer of nobody') },
  { kind: 'tag', id: 'prod', value: quotas('tag of the key') },
  { kind: 'tag', id: 'of-acme', value: quotas('tag of acme') },
  { kind: 'tag', id: 'unused', value: quotas('another tag') },
  {
    kind: 'model',
    id: 'gpt',
    value: { deployments: [{ name: 'd', provider: 'openai', model: 'g', weight: 1 }], ...quotas('model') },
  },
  { kind: 'provider', id: 'openai', value: { type: 'openai', ...quotas('provider') } },
  { kind: 'alias', id: 'best', value: { model: 'gpt' } },
  { kind: 'budget', id: 'b', value: { scope: 'platform', quota: of('platform') } },
  { kind: 'rate-limit', id: 'r', value: { scope: 'team:search', quota: of('named for the team') } },
  { kind: 'budget', id: 'c', value: { scope: 'team:another', quota: of('named for another team') } },
];

function open(config: Partial<NodeConfigs['virtual-key']>, more: readonly SnapshotItem[] = []) {
  const index = createConfigIndex();
  for (const item of [...ITEMS, ...more]) index.put(item);
  const key = { name: 'k', config: { secretHash: 'h', ...config } };
  index.put({ kind: 'virtual-key', id: 'k', value: key.config });
  const scopes = createQuotaScopes(() => index);
  const grant = compileGrant(index, key);
  const idsOf = (request: { model?: string; endUser?: unknown; route?: string } = {}) => {
    const { model = 'gpt', endUser, route = 'gpt' } = request;
    const target = { route: { name: route }, deployment: { providerName: 'openai' } };
    // Of a route and its deployment nothing but the names matters here.
    return scopes.of({ key, grant, model, endUser, ...target } as QuotaRequest).map(({ id }) => id);
  };
  return { idsOf, index, scopes };
}

const EVERYBODYS = ['platform', 'model', 'provider'];

test('a key counts with all that it belongs to, its user as a member of that, its tags, the model, the provider and the installation', () => {
  const { idsOf } = open({ project: 'index', user: 'ada', tags: ['prod'], ...quotas('key') });
  expect(idsOf().sort()).toEqual(
    [
      ...EVERYBODYS,
      ...['key', 'project', 'team', 'named for the team', 'organization', 'user'],
      ...['member of the team', 'member of acme', 'tag of the key', 'tag of acme'],
    ].sort(),
  );
});

test('a key that belongs to nobody counts with what is everybody’s', () => {
  expect(open({}).idsOf().sort()).toEqual([...EVERYBODYS].sort());
});

describe('the customer', () => {
  test('is whom the app names, if it is one of the key’s organization or of none', () => {
    const { idsOf } = open({ team: 'search' });
    expect(idsOf({ endUser: 'shop' })).toContain('customer');
    expect(idsOf({ endUser: 'free' })).toContain('customer of nobody');
    expect(idsOf({ endUser: 'far' })).not.toContain('customer of another');
    for (const endUser of ['nobody', 7, null, undefined, {}]) expect(idsOf({ endUser })).toEqual(idsOf());
  });

  test('is the key’s own if it has one, whoever is named', () => {
    const ids = open({ customer: 'shop' }).idsOf({ endUser: 'free' });
    expect(ids).toContain('customer');
    expect(ids).not.toContain('customer of nobody');
  });
});

describe('a quota for a model', () => {
  const modelled = (model: string) => open({ quotas: [of('key', { model })] });

  test.each([
    ['the model itself', 'gpt', 'gpt', 'gpt', true],
    ['what an alias stands for', 'gpt', 'best', 'gpt', true],
    ['the alias that was asked for', 'best', 'best', 'gpt', true],
    ['an alias that was not asked for', 'best', 'gpt', 'gpt', false],
    ['a wildcard that the name fits', 'openai/*', 'openai/gpt-9', 'openai/*', true],
    ['a name behind a wildcard model', 'openai/gpt-9', 'openai/gpt-9', 'openai/*', true],
    ['another name behind it', 'openai/gpt-8', 'openai/gpt-9', 'openai/*', false],
    ['another model', 'claude', 'gpt', 'gpt', false],
  ])('counts %s', (_, pattern, model, route, isCounted) => {
    expect(modelled(pattern).idsOf({ model, route }).includes('key')).toBe(isCounted);
  });
});

test('a quota for a model counts a name and what the key’s own routing puts in its place, not what it is for others', () => {
  const counts = (model: string) =>
    open({ quotas: [of('key', { model })], routing: { models: { best: 'claude' } } })
      .idsOf({ model: 'best', route: 'claude' })
      .includes('key');
  expect([counts('best'), counts('claude'), counts('gpt')]).toEqual([true, true, false]);
});

test('a model that steps in for another counts as itself, whatever the key’s own routing puts in the place of its name', () => {
  const { idsOf } = open({ quotas: [of('key', { model: 'gpt' })], routing: { models: { claude: 'gpt' } } }, [
    {
      kind: 'model',
      id: 'claude',
      value: { deployments: [{ name: 'd', provider: 'openai', model: 'c', weight: 1 }], quotas: [of('model claude')] },
    },
  ]);
  const counted = (route: string) => {
    const ids = idsOf({ model: 'claude', route });
    return ['key', 'model', 'model claude'].filter((id) => ids.includes(id));
  };
  expect([counted('gpt'), counted('claude'), counted('gpt')]).toEqual([
    ['key', 'model'],
    ['model claude'],
    ['key', 'model'],
  ]);
});

test('what was worked out holds until the configuration changes', () => {
  const { idsOf, index, scopes } = open({ team: 'search' });
  expect(idsOf()).toContain('named for the team');
  index.remove('rate-limit', 'r');
  expect(idsOf()).toContain('named for the team');
  scopes.reset();
  expect(idsOf()).not.toContain('named for the team');
});

test('tells the quotas of a provider, those with names of their own among them, from all others', () => {
  const { scopes } = open({}, [
    { kind: 'budget', id: 'p', value: { scope: 'provider:openai', quota: of('named for the provider') } },
  ]);
  const isIts = (id: string) => scopes.isOfProvider(of(id), 'openai');
  expect(['provider', 'named for the provider', 'model', 'platform'].map(isIts)).toEqual([true, true, false, false]);
  expect(scopes.isOfProvider(of('provider'), 'another')).toBe(false);
});
